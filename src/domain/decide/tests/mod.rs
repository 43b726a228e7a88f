//! The rules of a case as people meet them: given what happened, when somebody asks for something at a time,
//! then this happens or that refusal. Nothing here touches a store or a clock on the wall.

mod absence;
mod cancel;
mod clocks;
mod faults;
mod flow;
mod handoff;
mod permit;
mod property;
mod work;
mod world;
