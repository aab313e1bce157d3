//! Each law: a small history that breaks it and is caught, and one that looks
//! alike, is legal, and passes.

mod world;

mod conditions;
mod counting;
mod creation;
mod live;
mod removal;
mod rest;
mod verdicts;
