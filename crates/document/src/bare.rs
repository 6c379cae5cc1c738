//! Pages without running text: attachments alone, a list of pages, described pictures, or a
//! notice of a few words.

use super::attachments;
use super::boilerplate::{Nature, Suspicion};
use super::flat::NONE;
use super::listing;
use super::survey::Survey;
use super::title;
use langdu_model::Document;

impl Survey<'_> {
    /// A page without running text: attachments alone, a list of pages, or described pictures.
    pub(super) fn without_prose(&self) -> Option<Document> {
        let all = 0..self.lines.lines.len();
        let visible = |index: &usize| self.line(*index).suspicion < Suspicion::Strong;
        let files: Vec<usize> = all
            .clone()
            .filter(visible)
            .filter(|&index| attachments::links_to_file(self.flat, self.line(index)))
            .collect();
        let entries = listing::entries(self.flat, self.lines);
        let pictures: Vec<usize> = all
            .filter(visible)
            .filter(|&index| self.line(index).picture != NONE)
            .collect();
        let kept = if !files.is_empty() && files.len() * 2 >= entries.len() {
            files
        } else if !entries.is_empty() {
            let mut list = self.of_lines(&entries);
            if list.title.is_empty() {
                list.title = title::column(self.head).unwrap_or_default();
            }
            return Some(list);
        } else if !pictures.is_empty() {
            pictures
        } else {
            return self.short_notice();
        };
        Some(self.of_lines(&kept))
    }

    /// A document of the given lines alone, under the title above them.
    fn of_lines(&self, kept: &[usize]) -> Document {
        let first = kept.first().copied().unwrap_or(0);
        let last = kept.last().map_or(first, |&last| last + 1);
        let title = self.title(&(first..last), first);
        self.of_region(NONE, kept, &title, first)
    }

    /// A page whose few words have neither comma nor full stop, under its title.
    fn short_notice(&self) -> Option<Document> {
        let lines = &self.lines.lines;
        let title = title::named_in_head(self.head, lines)
            .or_else(|| (0..lines.len()).find(|&index| (1..=3).contains(&lines[index].heading)))?;
        let kept: Vec<usize> = (title + 1..lines.len())
            .take_while(|&index| !self.is_terminator(index))
            .filter(|&index| {
                self.labels.weight[index] == 0
                    && lines[index].link_chars == 0
                    && lines[index].heading == 0
                    && lines[index].nature == Nature::Text
            })
            .collect();
        (!kept.is_empty()).then(|| self.of_lines(&kept))
    }
}
