//! The lists that `data/wei.txt` holds.

use super::super::super::lists::Words;

const LISTS: &str = include_str!("../../../data/wei.txt");

/// What something is said to be: 为主, 为重点.
pub(super) static PREDICATES: Words = Words::of(LISTS, "predicates");

/// By whom something is done in 为…所….
pub(super) static AGENTS: Words = Words::of(LISTS, "agents");

/// What they do: 为人民法院受理.
pub(super) static RECEIVED: Words = Words::of(LISTS, "received");

/// What something is taken for: 以…为基础.
pub(super) static TAKEN_FOR: Words = Words::of(LISTS, "taken for");

/// How something is done, before the verb of a purpose.
pub(super) static HOW: Words = Words::of(LISTS, "how");

/// What a purpose is: 为保证, 为促进.
pub(super) static DONE: Words = Words::of(LISTS, "done");

/// What is done for anyone: 为…提供.
pub(super) static GIVES: Words = Words::of(LISTS, "gives");

/// Verbs of more characters than one that 为 says the result of: 变更为, 转制为.
pub(super) static MAKING: Words = Words::of(LISTS, "making");

/// For whom something is done.
pub(super) static BENEFICIARIES: Words = Words::of(LISTS, "beneficiaries");

/// What something is named as that 为 then says: 服务对象为老年人.
pub(super) static NAMED: Words = Words::of(LISTS, "named");

/// What the words for persons and institutions end with.
pub(super) static PERSONS: Words = Words::of(LISTS, "persons");

/// What the words end with for those whom something is done for.
pub(super) static SERVED: Words = Words::of(LISTS, "served");

/// What works for others, but for persons and institutions: 改革, 政策.
pub(super) static SERVERS: Words = Words::of(LISTS, "servers");

/// Verbs of one character that say what is done for someone, alone or in a word: 上, 修, 立.
pub(super) static BRIEF_DEEDS: Words = Words::of(LISTS, "brief deeds");
