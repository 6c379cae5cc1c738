//! Tables: which of them hold data, and how they are laid out as text.
//!
//! Old pages are built of tables, so most tables are layout and flow as paragraphs. A data table
//! becomes one block, a line a row and a tab between cells, with merged cells resolved: a cell
//! that spans rows is written once, and short ones are named again in every row they span.

use std::ops::Range;

use crate::characters::{collapse, without_spaces};
use crate::facts::outline;
use crate::furniture::words;
use crate::lines::{Numbers, describes_picture};
use crate::tree::flat::{Flat, Kind, NONE};
use crate::tree::tag::Tag;
use langdu_model::{FlowCell, Table, TableCell, TableRow};

/// A cell longer than this holds a document, not a datum.
const LONGEST_CELL_CHARS: usize = 1500;

/// A cell that spans rows is repeated in each of them up to this length: `民政局`, not a paragraph.
const LONGEST_REPEATED_CHARS: usize = 20;

/// A header cell is a name, not a sentence.
const LONGEST_HEADER_CHARS: usize = 24;

/// Spans beyond these are mistakes or attacks.
const MOST_COLUMNS: usize = 200;
const MOST_ROWS_SPANNED: usize = 2000;

/// A data table with its text.
pub(crate) struct Rendered {
    pub(crate) table: Table,
    pub(crate) text: String,
    /// Where the text of each cell of the page stands.
    pub(crate) cells: Vec<(u32, Range<usize>)>,
}

struct Cell {
    /// Of the page, or [`NONE`].
    node: u32,
    text: String,
    header: bool,
    row_span: usize,
    column_span: usize,
}

impl Cell {
    fn caption(text: String) -> Self {
        Self {
            node: NONE,
            text,
            header: false,
            row_span: 1,
            column_span: 1,
        }
    }
}

/// The cells of a table by row and column, as indices into `cells`.
struct Grid {
    cells: Vec<Cell>,
    rows: Vec<Vec<Slot>>,
    head_rows: usize,
    columns: usize,
}

#[derive(Clone, Copy)]
struct Slot {
    cell: usize,
    column: usize,
    /// The cell begins in this row and column.
    origin: bool,
}

/// The table at `node` as text, or `None` when it is layout.
pub(crate) fn render(flat: &Flat<'_>, node: u32) -> Option<Rendered> {
    if has_inner_table(flat, node) {
        return None;
    }
    let grid = Grid::read(flat, node);
    let rendered = grid.holds_data().then(|| grid.render())?;
    (!rendered.text.is_empty()).then_some(rendered)
}

/// The table of a file as text, or `None` when it is layout.
pub(crate) fn render_cells(rows: &[Vec<FlowCell>]) -> Option<Rendered> {
    let mut grid = Grid::empty();
    let mut reaching = Vec::new();
    let mut column = 0;
    for row in rows {
        grid.finish_row(&mut reaching, column);
        grid.rows.push(Vec::new());
        grid.head_rows += usize::from(
            grid.head_rows + 1 == grid.rows.len()
                && !row.is_empty()
                && row.iter().all(|cell| cell.header),
        );
        column = 0;
        for cell in row {
            let cell = Cell {
                node: NONE,
                text: cell.text.clone(),
                header: cell.header,
                row_span: cell.row_span.clamp(1, MOST_ROWS_SPANNED),
                column_span: cell.column_span.clamp(1, MOST_COLUMNS),
            };
            column = grid.place(cell, column, &mut reaching);
        }
    }
    grid.finish_row(&mut reaching, column);
    let rendered = grid.holds_data().then(|| grid.render())?;
    (!rendered.text.is_empty()).then_some(rendered)
}

/// The text of a cell, with the numbers that a browser shows before the items of its lists.
fn words_of_cell(flat: &Flat<'_>, cell: u32) -> String {
    let words = words_until(flat, cell, u32::MAX);
    if !words.is_empty() {
        return words;
    }
    // A cell that shows a picture says what its alternative text says.
    let inner = cell + 1..flat.nodes[cell as usize].end;
    let pictures = inner.filter_map(|node| {
        let (tag, element) = flat.element(node)?;
        let alt = element.attr("alt").map(collapse)?;
        (tag == Tag::Picture && !flat.dropped[node as usize] && describes_picture(&alt))
            .then_some(alt)
    });
    pictures.collect::<Vec<_>>().join(" ")
}

/// The words of a cell as far as the node `until`.
pub(super) fn words_until(flat: &Flat<'_>, cell: u32, until: u32) -> String {
    let mut numbers = Numbers::default();
    flat.text_until(cell, until, |item| {
        let number = numbers.of_item(flat, item)?;
        (!outline::is_marked(&flat.text(item))).then_some(number)
    })
}

fn has_inner_table(flat: &Flat<'_>, node: u32) -> bool {
    let inner = node + 1..flat.nodes[node as usize].end;
    inner.into_iter().any(|at| {
        flat.element(at).is_some_and(|(tag, _)| tag == Tag::Table) && !flat.dropped[at as usize]
    })
}

impl Grid {
    fn empty() -> Self {
        Self {
            cells: Vec::new(),
            rows: Vec::new(),
            head_rows: 0,
            columns: 0,
        }
    }

    fn read(flat: &Flat<'_>, node: u32) -> Self {
        let mut grid = Self::empty();
        // For each column, the cell that reaches down into it and for how many rows more.
        let mut reaching: Vec<(usize, usize)> = Vec::new();
        let mut row_end = NONE;
        let mut head_end = 0;
        let mut column = 0;
        let mut at = node + 1;
        let end = flat.nodes[node as usize].end;
        while at < end {
            let Kind::Element(tag, element) = flat.nodes[at as usize].kind else {
                at += 1;
                continue;
            };
            let subtree_end = flat.nodes[at as usize].end;
            if flat.dropped[at as usize] {
                at = subtree_end;
                continue;
            }
            match tag {
                Tag::TableHead => head_end = subtree_end,
                // A row of its own, as it is in tables that have no such element.
                Tag::Caption => {
                    let text = flat.text(at);
                    if !text.is_empty() {
                        grid.rows.push(Vec::new());
                        column = grid.place(Cell::caption(text), 0, &mut reaching);
                    }
                    at = subtree_end;
                    continue;
                }
                Tag::Row => {
                    grid.finish_row(&mut reaching, column);
                    grid.rows.push(Vec::new());
                    if at < head_end {
                        grid.head_rows = grid.rows.len();
                    }
                    column = 0;
                    row_end = subtree_end;
                }
                Tag::Cell | Tag::HeaderCell if row_end != NONE && at < row_end => {
                    let cell = Cell {
                        node: at,
                        text: words_of_cell(flat, at),
                        header: tag == Tag::HeaderCell,
                        row_span: span(element.attr("rowspan"), MOST_ROWS_SPANNED),
                        column_span: span(element.attr("colspan"), MOST_COLUMNS),
                    };
                    column = grid.place(cell, column, &mut reaching);
                    at = subtree_end;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        grid.finish_row(&mut reaching, column);
        grid
    }

    /// Puts a cell into the current row at the first free column from `column`.
    fn place(&mut self, cell: Cell, column: usize, reaching: &mut Vec<(usize, usize)>) -> usize {
        let start = self.take_reaching(column, reaching);
        let index = self.cells.len();
        let until = (start + cell.column_span).min(MOST_COLUMNS);
        if reaching.len() < until {
            reaching.resize(until, (0, 0));
        }
        for slot in &mut reaching[start.min(until)..until] {
            *slot = (index, cell.row_span - 1);
        }
        self.columns = self.columns.max(until);
        if let Some(row) = self.rows.last_mut() {
            row.push(Slot {
                cell: index,
                column: start,
                origin: true,
            });
        }
        self.cells.push(cell);
        until
    }

    /// Enters the cells of earlier rows that reach into the current one at `column` and after.
    fn take_reaching(&mut self, column: usize, reaching: &mut [(usize, usize)]) -> usize {
        let mut at = column;
        while let Some((cell, rows_left)) = reaching.get_mut(at).filter(|slot| slot.1 > 0) {
            *rows_left -= 1;
            let cell = *cell;
            if let Some(row) = self.rows.last_mut()
                && row.last().is_none_or(|slot| slot.cell != cell)
            {
                row.push(Slot {
                    cell,
                    column: at,
                    origin: false,
                });
            }
            at += 1;
        }
        at
    }

    fn finish_row(&mut self, reaching: &mut [(usize, usize)], column: usize) {
        if self.rows.is_empty() {
            return;
        }
        let mut at = column;
        while at < reaching.len() {
            at = self.take_reaching(at, reaching) + 1;
        }
    }

    fn filled(&self, row: &[Slot]) -> usize {
        row.iter()
            .filter(|slot| slot.origin && !self.cells[slot.cell].text.is_empty())
            .count()
    }

    fn holds_data(&self) -> bool {
        let longest = self
            .cells
            .iter()
            .map(|cell| cell.text.chars().count())
            .max();
        if longest.unwrap_or(0) > LONGEST_CELL_CHARS {
            return false;
        }
        let rows_with_two = self.rows.iter().filter(|row| self.filled(row) >= 2).count();
        let has_headers = self.cells.iter().any(|cell| cell.header);
        rows_with_two >= 2 || (rows_with_two >= 1 && (has_headers || self.rows.len() >= 2))
    }

    /// Rows, from `first` on, that name the columns.
    fn header_rows(&self, first: usize) -> usize {
        let body_rows = self.rows.len() - first;
        if self.head_rows > first {
            return (self.head_rows - first).min(body_rows);
        }
        let Some(row) = self.rows.get(first) else {
            return 0;
        };
        let all_headers = row
            .iter()
            .all(|slot| self.cells[slot.cell].header || self.cells[slot.cell].text.is_empty());
        let covers = row
            .iter()
            .map(|slot| self.cells[slot.cell].column_span)
            .sum::<usize>();
        // The corner above the names of the rows is often empty.
        let full = covers >= self.columns
            && row
                .iter()
                .skip(1)
                .all(|slot| !self.cells[slot.cell].text.is_empty());
        let names = row
            .iter()
            .all(|slot| looks_like_header(&self.cells[slot.cell].text));
        if row.len() < 2 || body_rows < 2 || !(all_headers || (full && names)) {
            return 0;
        }
        if !all_headers && self.columns == 2 && !self.counts_below(first) {
            return 0;
        }
        let deepest = row
            .iter()
            .map(|slot| self.cells[slot.cell].row_span)
            .max()
            .unwrap_or(1);
        let split = row.iter().any(|slot| self.cells[slot.cell].column_span > 1);
        let rows = match (split, deepest) {
            (true, 1) => 1 + usize::from(self.names_parts(first)),
            (true, deepest) => deepest,
            (false, _) => 1,
        };
        rows.min(body_rows - 1)
    }

    /// Whether the row below `first` names the parts of what `first` names, without any cell that
    /// says so by reaching down: it has names where `first` has a cell over several columns, and
    /// the rows below it do not.
    fn names_parts(&self, first: usize) -> bool {
        let [own, below, data, ..] = &self.rows[first..] else {
            return false;
        };
        let parts = |row: &[Slot]| -> Vec<&str> {
            own.iter()
                .filter(|over| self.cells[over.cell].column_span > 1)
                .flat_map(|over| {
                    let columns = over.column..over.column + self.cells[over.cell].column_span;
                    row.iter()
                        .filter(move |slot| columns.contains(&slot.column))
                        .map(|slot| self.cells[slot.cell].text.as_str())
                })
                .collect()
        };
        let (names, values) = (parts(below), parts(data));
        let counts = |texts: &[&str]| texts.iter().any(|text| starts_with_digit(text));
        names.len() >= 2
            && names
                .iter()
                .all(|text| !text.is_empty() && looks_like_header(text))
            && !counts(&names)
            && counts(&values)
    }

    /// A table of two columns is a list of properties, without a header, when its first row
    /// looks like the others: 名称 | 某某局. It has one when a column is of numbers below it.
    fn counts_below(&self, first: usize) -> bool {
        (0..self.columns).any(|column| {
            let mut below = self.rows[first + 1..]
                .iter()
                .filter(|row| !self.is_control(row))
                .flatten()
                .filter(|slot| slot.column == column)
                .map(|slot| self.cells[slot.cell].text.as_str())
                .filter(|text| !text.is_empty())
                .peekable();
            below.peek().is_some() && below.all(starts_with_digit)
        })
    }

    /// Whether a row is a control of the page, as the pager under a list is.
    fn is_control(&self, row: &[Slot]) -> bool {
        let text: String = row
            .iter()
            .filter(|slot| slot.origin)
            .map(|slot| self.cells[slot.cell].text.as_str())
            .collect();
        words::is_control(&without_spaces(&text))
    }

    fn render(&self) -> Rendered {
        let mut writer = Writer::default();
        let captions = self
            .rows
            .iter()
            .take_while(|row| row.len() <= 1 && self.columns > 1)
            .count()
            .min(self.rows.len());
        let header_rows = self.header_rows(captions);
        let mut table = Table::default();
        let mut ranges: Vec<Option<std::ops::Range<usize>>> = vec![None; self.cells.len()];
        let mut headers: Vec<Option<std::ops::Range<usize>>> = vec![None; self.columns];
        // What stands over several headers.
        let mut groups: Vec<Option<std::ops::Range<usize>>> = vec![None; self.columns];
        for (index, row) in self.rows.iter().enumerate() {
            if self.is_control(row) {
                continue;
            }
            let is_header = (captions..captions + header_rows).contains(&index);
            writer.start_row();
            let mut cells = Vec::new();
            for slot in row {
                let cell = &self.cells[slot.cell];
                if cell.text.is_empty() {
                    continue;
                }
                if slot.origin {
                    ranges[slot.cell] = Some(writer.cell(&cell.text));
                } else if cell.text.chars().count() > LONGEST_REPEATED_CHARS {
                    continue;
                }
                let Some(range) = ranges[slot.cell].clone() else {
                    continue;
                };
                if is_header {
                    let until = (slot.column + cell.column_span).min(self.columns);
                    for column in slot.column.min(until)..until {
                        if let Some(over) = headers[column].take().filter(|over| *over != range) {
                            groups[column] = Some(over);
                        }
                        headers[column] = Some(range.clone());
                    }
                    continue;
                }
                cells.push(TableCell {
                    text: range,
                    header: headers.get(slot.column).cloned().flatten(),
                    group: groups.get(slot.column).cloned().flatten(),
                });
            }
            if !cells.is_empty() {
                table.rows.push(TableRow { cells });
            }
        }
        let cells = self.cells.iter().zip(ranges);
        Rendered {
            table,
            text: writer.text,
            cells: cells
                .filter_map(|(cell, range)| Some((cell.node, range?)))
                .filter(|(node, _)| *node != NONE)
                .collect(),
        }
    }
}

fn span(attribute: Option<&str>, most: usize) -> usize {
    attribute
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(1)
        .clamp(1, most)
}

fn looks_like_header(text: &str) -> bool {
    let count = text.chars().count();
    count <= LONGEST_HEADER_CHARS
        && !starts_with_digit(text)
        && !text.contains(['。', '；', '！', '？'])
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

#[derive(Default)]
struct Writer {
    text: String,
    chars: usize,
    row_empty: bool,
}

impl Writer {
    fn start_row(&mut self) {
        self.row_empty = true;
    }

    /// Writes a cell and returns where it stands, in scalar values.
    fn cell(&mut self, text: &str) -> std::ops::Range<usize> {
        if !self.text.is_empty() {
            self.text.push(if self.row_empty { '\n' } else { '\t' });
            self.chars += 1;
        }
        self.row_empty = false;
        let start = self.chars;
        self.text.push_str(text);
        self.chars += text.chars().count();
        start..self.chars
    }
}
