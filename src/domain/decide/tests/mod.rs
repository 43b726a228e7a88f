//! The rules of a case as people meet them: given what happened, when somebody asks for something at a time,
//! then this happens or that refusal. Nothing here touches a store or a clock on the wall.

mod able;
mod absence;
mod agreed;
mod arrange;
mod asks;
mod cancel;
mod catalog;
mod clocks;
mod contract;
pub(crate) mod drawing;
mod duplicate;
mod faults;
mod flow;
mod free;
mod handoff;
mod leaving;
mod message;
mod migrate;
mod model;
mod moves;
mod parted;
mod pause;
pub(crate) mod permit;
mod picks;
mod recounted;
mod rungs;
mod start;
mod steps;
mod stuck;
mod unanswered;
mod voting;
mod work;
pub(crate) mod world;
