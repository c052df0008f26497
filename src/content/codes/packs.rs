//! The rules of packs.

use super::{Rule, of};

/// An id that is not the pack's own.
pub(super) const OWN_ID: Rule = of(
    "K001",
    "an id that is not the pack's own",
    "What a pack adds has an id that begins with the id of the pack and a `-`, so that two packs that know nothing of each other \
         can stand together, and a learner's progress is never taken for that of something else.",
    "id: retries                # in the pack `acme`",
    "id: acme-retries",
);

/// Replacing that is not said, or not done.
pub(super) const REPLACING: Rule = of(
    "K002",
    "replacing that is not said, or not done",
    "A pack may replace a lesson, a pair, a question, a term or a track of what stands beneath it, by its id. It names each of \
         them in pack.yaml under `replaces`, so that nothing is replaced by accident and a reader sees what is.",
    "id: config                 # a lesson of the course beneath",
    "replaces: [config]         # in pack.yaml\nid: config",
);

/// A pack that cannot be used here.
pub(super) const USABLE: Rule = of(
    "K003",
    "a pack that cannot be used here",
    "A pack says with `needs` which version of twelvefold it was written for, in three numbers, and an older program leaves it out \
         instead of showing half of it. Each pack is laid once: two of one id are two versions, and it is yours to choose.",
    "needs: the newest",
    "needs: 0.1.0",
);
