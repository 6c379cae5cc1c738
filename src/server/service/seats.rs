//! Is there room: seats for what has to be made, none for what was made before.

use std::sync::Arc;
use std::time::Duration;

use super::ReadingService;
use crate::reading::Reading;
use crate::reason::Reason;
use crate::server::access::Caller;
use crate::server::admission::{ClipSeat, Full, Requester, Seat};
use crate::server::problem::Problem;
use langdu_clips::{ClipId, Clips, Form};

impl ReadingService {
    /// A seat for the stream of a reading; none is needed where all of it was made before. Where no
    /// more than a sentence or two has to be made, it is waited for.
    ///
    /// # Errors
    ///
    /// CAPACITY_FULL when there is none.
    pub(in crate::server) async fn seat(
        &self,
        caller: &Caller,
        reading: &Reading,
        form: Form,
    ) -> Result<Option<Seat>, Problem> {
        let Some(rest) = self.unmade(reading, form) else {
            return Ok(None);
        };
        let document: Arc<str> = reading.id.as_str().into();
        let requester = requester(caller);
        let take = || self.admission.take(&document, &requester, rest);
        let seat = match take() {
            Ok(seat) => seat,
            Err(_) if self.is_made_elsewhere(reading, form).await => return Ok(None),
            Err(_) => self.admission.or_wait(rest, take).await.map_err(refusal)?,
        };
        self.free_if_made_elsewhere(&seat, reading, form);
        Ok(Some(seat))
    }

    /// Whether a player that is about to ask for a reading's clips will get them.
    ///
    /// # Errors
    ///
    /// CAPACITY_FULL when there is no room for it now.
    pub(in crate::server) async fn room(
        &self,
        caller: &Caller,
        reading: &Reading,
        form: Form,
    ) -> Result<(), Problem> {
        let document = reading.id.as_str().into();
        let requester = requester(caller);
        let ask = || self.admission.ask(&document, &requester);
        // Asked first: what is made already is looked for clip by clip.
        if ask().is_ok() {
            return Ok(());
        }
        let Some(rest) = self.unmade(reading, form) else {
            return Ok(());
        };
        if self.is_made_elsewhere(reading, form).await {
            return Ok(());
        }
        self.admission.or_wait(rest, ask).await.map_err(refusal)
    }

    /// A seat for a player that asks for one clip of `document`, of which `rest` is left to hear; none is
    /// needed where it was made before.
    ///
    /// # Errors
    ///
    /// CAPACITY_FULL when there is none.
    pub(in crate::server) async fn seat_for_clip(
        &self,
        caller: &Caller,
        document: &Arc<str>,
        rest: Duration,
        clip: (ClipId, Form),
    ) -> Result<Option<ClipSeat>, Problem> {
        let clips = self.reader.clips();
        if clips.is_cached(clip.0, clip.1) || clips.are_remote(&[clip.0], clip.1).await {
            return Ok(None);
        }
        let requester = requester(caller);
        let keep = || self.admission.keep(document, &requester, rest);
        if let Ok(seat) = keep() {
            return Ok(Some(seat));
        }
        if clips.is_on_disk(clip.0, clip.1).await {
            return Ok(None);
        }
        let seat = self.admission.or_wait(rest, keep).await;
        seat.map(Some).map_err(refusal)
    }

    /// Frees the seat that is kept for a player's next clip, which will not be asked for.
    pub(in crate::server) fn leave(&self, caller: &Caller, reading: &str) {
        self.admission.leave(reading, &caller.client);
    }

    /// About how long what has to be made of a reading is heard; `None` when nothing has.
    fn unmade(&self, reading: &Reading, form: Form) -> Option<Duration> {
        let clips = self.reader.clips();
        let unmade = reading
            .clips
            .iter()
            .enumerate()
            .filter(|(_, id)| !clips.is_cached(**id, form))
            .map(|(index, _)| reading.estimated_duration(index));
        unmade.reduce(|sum, duration| sum + duration)
    }

    /// Frees a seat when it turns out that another replica has made all of the reading. The
    /// stream does not wait for the answer.
    fn free_if_made_elsewhere(&self, seat: &Seat, reading: &Reading, form: Form) {
        let clips = self.reader.clips().clone();
        if !is_tier_up(&clips) {
            return;
        }
        let (release, unmade) = (seat.release(), not_cached(&clips, reading, form));
        tokio::spawn(async move {
            if clips.are_remote(&unmade, form).await {
                release.free();
            }
        });
    }

    /// Another replica may have made it: one that has the same folder, or the same tier.
    async fn is_made_elsewhere(&self, reading: &Reading, form: Form) -> bool {
        let clips = self.reader.clips();
        let mut elsewhere = Vec::new();
        for id in not_cached(clips, reading, form) {
            if clips.is_on_disk(id, form).await {
                continue;
            }
            if !is_tier_up(clips) {
                return false;
            }
            elsewhere.push(id);
        }
        elsewhere.is_empty() || clips.are_remote(&elsewhere, form).await
    }
}

/// True where a tier is shared that answers.
fn is_tier_up(clips: &Clips) -> bool {
    clips.remote().is_some_and(|remote| remote.is_up())
}

/// What has to be made of a reading, as far as this process knows.
fn not_cached(clips: &Clips, reading: &Reading, form: Form) -> Vec<ClipId> {
    let ids = reading.clips.iter().copied();
    ids.filter(|&id| !clips.is_cached(id, form)).collect()
}

fn requester(caller: &Caller) -> Requester {
    Requester {
        client: caller.client.clone(),
        bound: if caller.is_local {
            0
        } else {
            caller.grant.listeners
        },
    }
}

fn refusal(full: Full) -> Problem {
    if full.of_client {
        let message = "this client has as many documents read as it may";
        return Problem::new(Reason::QuotaExceeded, message).retry_after(full.retry_after);
    }
    let message = format!(
        "{} documents are being read, which is all the voice can: try again later",
        full.seats
    );
    Problem::new(Reason::CapacityFull, message).retry_after(full.retry_after)
}
