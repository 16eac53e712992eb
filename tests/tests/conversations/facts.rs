//! What the program knows that it did, without looking at any telemetry.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::program::World;

/// Numbers that follow from a seed (SplitMix64).
#[derive(Clone, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Less than `end`.
    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Other numbers, for something else.
    pub(crate) const fn fork(&mut self) -> Self {
        Self(self.next())
    }
}

/// Where a call is, as it was told by its caller in arguments.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) parent: Option<i64>,
    pub(crate) conversation: Option<String>,
    pub(crate) user: Option<String>,
    /// Which trace it is, by a number of the program's own.
    pub(crate) trace: u64,
}

impl Place {
    pub(crate) fn of_conversation(index: usize) -> Self {
        Self {
            parent: None,
            conversation: Some(format!("conv-{index}")),
            user: Some(format!("user-{index}")),
            trace: index as u64,
        }
    }

    /// A trace of its own, of no conversation.
    pub(crate) const fn nowhere(random: &mut Random) -> Self {
        Self { parent: None, conversation: None, user: None, trace: random.next() }
    }
}

/// One call that is to be made.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) id: i64,
    pub(crate) depth: u8,
    pub(crate) place: Place,
    pub(crate) random: Random,
    pub(crate) world: Arc<World>,
}

/// A call whose body has begun.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) id: i64,
    pub(crate) place: Place,
    pub(crate) is_stream: bool,
    /// Whether the body, or the stream, came to its end.
    pub(crate) has_finished: bool,
    /// The calls whose messages it has processed together.
    pub(crate) linked: Vec<i64>,
}

#[derive(Debug, Default)]
pub(crate) struct Facts(Mutex<HashMap<i64, Fact>>);

impl Facts {
    pub(crate) fn all(&self) -> HashMap<i64, Fact> {
        self.0.lock().expect("no panic").clone()
    }

    fn change(&self, id: i64, change: impl FnOnce(&mut Fact)) {
        change(self.0.lock().expect("no panic").get_mut(&id).expect("it has begun"));
    }
}

impl Node {
    pub(crate) fn new(mut random: Random, depth: u8, place: Place, world: Arc<World>) -> Self {
        let id = random.next().cast_signed();
        Self { id, depth, place, random, world }
    }

    /// A call below this one.
    pub(crate) fn child(&mut self) -> Self {
        let place = Place { parent: Some(self.id), ..self.place.clone() };
        Self::new(self.random.fork(), self.depth + 1, place, self.world.clone())
    }

    /// Says that the body has begun.
    pub(crate) fn begin(&self) {
        let (id, place) = (self.id, self.place.clone());
        let fact = Fact { id, place, is_stream: false, has_finished: false, linked: Vec::new() };
        let known = self.world.facts.0.lock().expect("no panic").insert(id, fact);
        assert!(known.is_none(), "two calls have the id {id}");
    }

    /// Says that the body has begun to return a stream.
    pub(crate) fn begin_stream(&self) {
        self.begin();
        self.world.facts.change(self.id, |fact| fact.is_stream = true);
    }

    /// Says that the body, or the stream, has come to its end.
    pub(crate) fn finish(&self) {
        self.world.facts.change(self.id, |fact| fact.has_finished = true);
    }

    pub(crate) fn link(&self, sender: i64) {
        self.world.facts.change(self.id, |fact| fact.linked.push(sender));
    }
}
