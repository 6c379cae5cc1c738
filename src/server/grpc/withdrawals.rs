//! Withdrawals as the contract has them.

use super::convert::count;
use super::paging::Page;
use crate::ledger::ListedWithdrawal;
use crate::withdrawals::Outcome;
use langdu_proto::{ListWithdrawalsResponse, WithdrawResponse, Withdrawal};

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

/// A page of the withdrawals.
pub(super) fn withdrawals(listed: Vec<ListedWithdrawal>, page: Page) -> ListWithdrawalsResponse {
    let (listed, next_page_token) = page.cut(listed);
    ListWithdrawalsResponse {
        withdrawals: listed.into_iter().map(withdrawal).collect(),
        next_page_token,
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
