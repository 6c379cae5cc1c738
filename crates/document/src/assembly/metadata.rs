//! Number, dates, issuer and source of the document, from labels first and then from the text.

use url::Url;

use crate::characters::without_spaces;
use crate::facts::date;
use crate::facts::labels::Field;
use crate::facts::signature;
use crate::furniture::names::Suspicion;
use crate::survey::Survey;
use langdu_model::{Document, IsoDate};

/// Longest line between title and text that gives number and date, in characters.
const LONGEST_CAPTION: u32 = 80;

/// Fills in what page and text say of `document`, whose lines are `region`.
pub(super) fn fill(
    survey: &Survey<'_>,
    document: &mut Document,
    region: &[usize],
    first_prose: usize,
) {
    let labelled = |field: Field, catalogue_only: bool| {
        survey
            .labels
            .values
            .iter()
            .filter(move |value| value.field == field && (value.catalogue || !catalogue_only))
            .filter(|value| {
                value.line < first_prose || (value.catalogue && survey.in_catalogue(value.line))
            })
            .map(|value| value.value.clone())
    };
    document.doc_number = labelled(Field::DocNumber, true)
        .map(|value| without_spaces(&value))
        .find(|value| value.chars().any(|c| c.is_ascii_digit()))
        .or_else(|| own_number(survey, region, first_prose))
        .or_else(|| signature::number_in_title(&document.title));
    // What a reader sees beats what the system noted for itself.
    document.date = labelled(Field::Date, true)
        .find_map(|value| date::find_date(&value))
        .or_else(|| labelled(Field::Date, false).find_map(|value| date::find_date(&value)))
        .or_else(|| date_behind(survey, region))
        .or_else(|| survey.head.date.clone())
        .or_else(|| unlabelled_date(survey, first_prose))
        .or_else(|| date_in_address(survey));
    let signed = signed(survey, region);
    document.doc_date = labelled(Field::DocDate, true)
        .find_map(|value| date::find_date(&value))
        .or_else(|| signed.as_ref().map(|(date, _)| date.clone()))
        .or_else(|| labelled(Field::Made, true).find_map(|value| date::find_date(&value)))
        .or_else(|| {
            region
                .iter()
                .take(8)
                .find_map(|&index| signature::enactment_date(&survey.line(index).text))
        });
    document.issuer = labelled(Field::Issuer, true)
        .find(|value| value.chars().count() >= 2)
        .or_else(|| signed.and_then(|(_, issuer)| issuer))
        .or_else(|| signature::issuer_in_title(&document.title));
    document.source = labelled(Field::Source, false)
        .find(|value| value.chars().count() >= 2)
        .or_else(|| survey.head.source.clone());
}

/// The number on a line of its own above the text.
fn own_number(survey: &Survey<'_>, region: &[usize], first_prose: usize) -> Option<String> {
    let top = first_prose.saturating_sub(20)..first_prose;
    let below = region
        .iter()
        .copied()
        .take(6)
        // Behind a signature another document may begin, with its own number.
        .take_while(|&index| !survey.is_closing_pair(index))
        .filter(|index| !top.contains(index));
    let mut previous: Option<&str> = None;
    for index in top.clone().chain(below) {
        let line = survey.line(index);
        if survey.labels.weight[index] > 0 || line.link_chars > 0 {
            previous = None;
            continue;
        }
        let in_caption = || {
            (top.contains(&index) && line.stops == 0 && line.chars <= LONGEST_CAPTION)
                .then(|| signature::number_in_caption(&line.text))
                .flatten()
        };
        if let Some(number) = signature::own_line_number(&line.text).or_else(in_caption) {
            return Some(number);
        }
        let counted = previous.is_some_and(signature::counts_its_issues);
        if let Some(number) = signature::bare_number(&line.text).filter(|_| counted) {
            let series = without_spaces(previous.unwrap_or_default());
            return Some(format!("{series}{number}"));
        }
        previous = Some(&line.text);
    }
    None
}

/// How many lines behind the text its properties may stand.
const LINES_BEHIND: usize = 8;

/// The day of publication that the page gives behind the text: 来源：某某局 发布日期：2025-05-15.
fn date_behind(survey: &Survey<'_>, region: &[usize]) -> Option<IsoDate> {
    let end = region.last()? + 1;
    let last = survey.lines.lines.len().min(end + LINES_BEHIND);
    let mut values = survey.labels.values.iter().filter(|value| {
        value.field == Field::Date
            && (end..last).contains(&value.line)
            && survey.line(value.line).suspicion < Suspicion::Strong
            && survey.line(value.line).text.contains("发布")
    });
    values.find_map(|value| date::find_date(&value.value))
}

/// A date between title and text that no label names.
fn unlabelled_date(survey: &Survey<'_>, first_prose: usize) -> Option<IsoDate> {
    let from = first_prose.saturating_sub(12);
    (from..first_prose).rev().find_map(|index| {
        let line = survey.line(index);
        (line.chars <= 60 && line.link_density() < 0.5 && !line.text.contains(['《', '（']))
            .then(|| date::find_date(&line.text))
            .flatten()
    })
}

/// The date in the page's address: `/202101/t20210105_47506.html`.
fn date_in_address(survey: &Survey<'_>) -> Option<IsoDate> {
    let own = survey.address.map(Url::path);
    own.or(survey.head.address.as_deref()).and_then(|address| {
        let last = address.rsplit('/').next().unwrap_or_default();
        date::find_compact(last).or_else(|| date::find_date(address))
    })
}

/// The date that closes the text, with the signature above it.
fn signed(survey: &Survey<'_>, region: &[usize]) -> Option<(IsoDate, Option<String>)> {
    let texts: Vec<&str> = region
        .iter()
        .map(|&index| survey.line(index).text.as_str())
        .collect();
    signature::signed(&texts, 40)
}
