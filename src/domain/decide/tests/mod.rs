//! The rules of a case as people meet them: given what happened, when somebody asks for something at a time,
//! then this happens or that refusal. Nothing here touches a store or a clock on the wall.

mod absence;
mod clocks;
mod flow;
mod handoff;
mod property;
mod work;
mod world;
