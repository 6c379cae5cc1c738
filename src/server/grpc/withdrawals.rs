//! Withdrawals as the contract has them.

use super::super::problem::Problem;
use super::convert::count;
use crate::ledger::ListedWithdrawal;
use crate::withdrawals::Outcome;
use langdu_proto::{ListWithdrawalsResponse, WithdrawResponse, Withdrawal};

/// Entries of one answer, unless the caller says otherwise, and at most.
const PAGE_SIZE: u32 = 100;
const MOST: u32 = 1000;

/// What a withdrawal did.
pub(super) fn withdrawn(outcome: Outcome) -> WithdrawResponse {
    WithdrawResponse {
        readings: count(outcome.withdrawn.readings.len()),
        clips: count(outcome.withdrawn.clips.len()),
        addresses: outcome.withdrawn.addresses,
        pending_clips: count(outcome.pending_clips),
        not_reached: outcome.not_reached,
    }
}

/// How many entries of a list to leave out, and how many to answer with at most.
///
/// # Errors
///
/// When the token is none of ours, or the size out of its range.
pub(super) fn page_of(page_size: i32, page_token: &str) -> Result<(u32, u32), Problem> {
    let skipped = match page_token {
        "" => 0,
        token => token
            .parse()
            .map_err(|_| Problem::invalid("page_token", "it is none that an answer has held"))?,
    };
    let most = match page_size {
        0 => PAGE_SIZE,
        size => u32::try_from(size)
            .ok()
            .filter(|size| *size <= MOST)
            .ok_or_else(|| Problem::invalid("page_size", format!("it is not from 1 to {MOST}")))?,
    };
    Ok((skipped, most))
}

/// The `most` first of `listed`, and where the next are.
pub(super) fn withdrawals(
    mut listed: Vec<ListedWithdrawal>,
    skipped: u32,
    most: u32,
) -> ListWithdrawalsResponse {
    let follows = listed.len() > most as usize;
    listed.truncate(most as usize);
    ListWithdrawalsResponse {
        withdrawals: listed.into_iter().map(withdrawal).collect(),
        next_page_token: if follows {
            (skipped + most).to_string()
        } else {
            String::new()
        },
    }
}

fn withdrawal(listed: ListedWithdrawal) -> Withdrawal {
    let withdrawal = listed.withdrawal;
    Withdrawal {
        url: withdrawal.url,
        withdrawn_at: withdrawal.withdrawn_at_s,
        withdrawn_by: withdrawal.withdrawn_by,
        readings: withdrawal.readings,
        clips: withdrawal.clips,
        addresses: listed.addresses,
        pending_clips: listed.pending_clips,
    }
}
