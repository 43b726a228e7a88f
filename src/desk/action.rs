//! Many commands as one action: one durable transaction for all of them, taken back as one. Decides nothing
//! that a single command would not.

use super::{Desk, Done, Error};
use crate::domain::command::{Command, Context};
use crate::domain::event::OpId;

impl Desk {
    /// Carries out commands as one action, each for itself: what one is refused stops no other. Each is decided
    /// on what those before it have done. The answers come in the order of the commands. Given again with the
    /// same identity, what was done stays as it is and only what was not is decided anew.
    ///
    /// # Errors
    /// Those of the store; nothing has happened then.
    pub fn execute_each(
        &mut self,
        commands: &[Command],
        ctx: &Context,
    ) -> Result<Vec<Result<Done, Error>>, Error> {
        self.in_one_transaction(|desk| {
            let parts = commands.iter().enumerate();
            let done = parts.map(|(n, command)| {
                let ctx = ctx.part(n, commands.len());
                if let Some(done) = desk.carried_out(ctx.op)? {
                    return Ok(Ok(done));
                }
                match desk.execute(command, &ctx) {
                    Err(error) if !matches!(error, Error::Refused { .. }) => Err(error),
                    answer => Ok(answer),
                }
            });
            done.collect()
        })
    }

    /// Carries out commands as one action, all of them or none, otherwise as [`Desk::execute_each`] does.
    ///
    /// # Errors
    /// The first refusal, and those of the store; nothing has happened then.
    pub fn execute_all(&mut self, commands: &[Command], ctx: &Context) -> Result<Vec<Done>, Error> {
        self.in_one_transaction(|desk| desk.execute_each(commands, ctx)?.into_iter().collect())
    }

    /// Does many things in one transaction as one action, whatever contexts their commands have. Within another action they
    /// belong to that.
    ///
    /// # Errors
    /// Those of `work`, and of the store; nothing has happened then.
    pub fn in_one_action<T>(
        &mut self,
        action: OpId,
        work: impl FnOnce(&mut Desk) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.in_one_transaction(|desk| {
            let outer = desk.series.as_mut().and_then(|within| {
                let outer = within.action;
                within.action.get_or_insert(action);
                outer
            });
            let done = work(desk);
            if let Some(within) = &mut desk.series {
                within.action = outer;
            }
            done
        })
    }
}
