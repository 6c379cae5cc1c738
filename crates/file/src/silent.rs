//! What stands in a file beside its words and is not read: a listener is told that it is there.

use langdu_model::FlowItem;

/// What is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Silent {
    /// A picture, of which nothing is known or nothing readable was found.
    Picture,
    /// A chart.
    Chart,
    /// A formula that is stored as a drawing.
    Formula,
    /// A file within the file.
    File,
}

impl Silent {
    const ALL: [Self; 4] = [Self::Picture, Self::Chart, Self::Formula, Self::File];

    /// What an object of another program is, by the name of its class: `Excel.Chart.8`.
    pub(crate) fn of_program(class: &str) -> Self {
        if class.starts_with("Equation") || class.starts_with("MathType") {
            Self::Formula
        } else if class.contains("Chart") {
            Self::Chart
        } else if class.starts_with("PBrush") || class.starts_with("Paint") {
            Self::Picture
        } else {
            Self::File
        }
    }

    /// What is said of `count` of them that follow each other.
    fn words(self, count: usize) -> String {
        let (is, measure, name) = match self {
            Self::Picture => ("有", "张", "图片"),
            Self::Chart => ("有", "张", "图表"),
            Self::Formula => ("有", "个", "公式"),
            Self::File => ("嵌有", "份", "文件"),
        };
        let count = if count == 1 {
            "一".to_owned()
        } else {
            count.to_string()
        };
        format!("此处{is}{count}{measure}{name}，没有朗读。")
    }

    /// What is said of one of them.
    pub(crate) fn notice(self) -> FlowItem {
        FlowItem::Notice(self.words(1))
    }

    /// What is said of several of them that follow each other.
    pub(crate) fn notice_of(self, count: usize) -> FlowItem {
        FlowItem::Notice(self.words(count))
    }

    /// Whether `item` says that one of them is there.
    fn of(item: &FlowItem) -> Option<Self> {
        let FlowItem::Notice(words) = item else {
            return None;
        };
        let mut all = Self::ALL.into_iter();
        all.find(|silent| *words == silent.words(1))
    }
}

/// The least width and area of a picture that may hold text worth reading, in centimetres and square
/// centimetres: what is smaller is an emblem, a signature or a code.
const LEAST_WIDTH: f64 = 4.0;
const LEAST_AREA: f64 = 20.0;

/// Whether a picture of this width and height, in centimetres, is large enough to hold text worth reading.
pub(crate) fn is_large(width: f64, height: f64) -> bool {
    width >= LEAST_WIDTH && width * height >= LEAST_AREA
}

/// What is said of a chart, which may have a title.
pub(crate) fn chart(title: &str) -> FlowItem {
    if title.is_empty() {
        Silent::Chart.notice()
    } else {
        FlowItem::Notice(format!("此处有一张图表，没有朗读，标题是“{title}”。"))
    }
}

/// Says once of what follows each other how many there are.
pub(crate) fn together(items: &mut Vec<FlowItem>) {
    let mut told: Vec<FlowItem> = Vec::with_capacity(items.len());
    let mut last: Option<(Silent, usize)> = None;
    for item in items.drain(..) {
        let silent = Silent::of(&item);
        match (silent, &mut last) {
            (Some(own), Some((before, count))) if *before == own => {
                *count += 1;
                if let Some(FlowItem::Notice(words)) = told.last_mut() {
                    *words = own.words(*count);
                }
                continue;
            }
            _ => last = silent.map(|own| (own, 1)),
        }
        told.push(item);
    }
    *items = told;
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_model::FlowParagraph;

    #[test]
    fn objects_are_told_by_their_programs() {
        for (class, silent) in [
            ("Excel.Chart.8", Silent::Chart),
            ("MSGraph.Chart.8", Silent::Chart),
            ("Equation.DSMT4", Silent::Formula),
            ("Equation.3", Silent::Formula),
            ("Paint.Picture", Silent::Picture),
            ("Excel.Sheet.12", Silent::File),
            ("Package", Silent::File),
        ] {
            assert_eq!(Silent::of_program(class), silent, "{class}");
        }
    }

    #[test]
    fn what_follows_each_other_is_counted() {
        let text = || FlowItem::Paragraph(FlowParagraph::plain("正文"));
        let mut items = vec![
            Silent::Picture.notice(),
            Silent::Picture.notice(),
            Silent::Formula.notice(),
            text(),
            Silent::Picture.notice(),
            chart("人数"),
            chart(""),
        ];
        together(&mut items);
        let words: Vec<&str> = items
            .iter()
            .map(|item| match item {
                FlowItem::Notice(words) => words.as_str(),
                _ => "",
            })
            .collect();
        assert_eq!(
            words,
            [
                "此处有2张图片，没有朗读。",
                "此处有一个公式，没有朗读。",
                "",
                "此处有一张图片，没有朗读。",
                "此处有一张图表，没有朗读，标题是“人数”。",
                "此处有一张图表，没有朗读。",
            ]
        );
    }
}
