//! Tables that have few rules or none.

use super::super::lines::tests::letters;
use super::*;

fn taken(page: &mut Page) -> Vec<Grid> {
    let lines = lines::cut(&page.glyphs);
    take(page, &lines)
}

fn rule(x0: f32, x1: f32, y: f32) -> Rule {
    Rule {
        x0,
        y0: y,
        x1,
        y1: y,
    }
}

fn page(rows: &[(f32, &[(&str, f32)])], rules: Vec<Rule>) -> Page {
    let mut page = Page {
        width: 595.0,
        height: 842.0,
        rules,
        ..Page::default()
    };
    for (y, cells) in rows {
        for (text, x) in *cells {
            page.glyphs.extend(letters(text, *x, *y, 10.0));
        }
    }
    page
}

fn texts(grid: &Grid) -> Vec<Vec<&str>> {
    grid.rows
        .iter()
        .map(|row| row.iter().map(|cell| cell.text.as_str()).collect())
        .collect()
}

#[test]
fn three_rules_make_a_table_and_the_text_around_it_stays() {
    let mut page = page(
        &[
            (
                80.0,
                &[("表1给出了各街道的助餐点数量和座位数量情况。", 60.0)],
            ),
            (114.0, &[("街道", 60.0), ("助餐点", 200.0), ("座位", 330.0)]),
            (134.0, &[("城东街道", 60.0), ("12", 210.0), ("360", 335.0)]),
            (150.0, &[("城西街道", 60.0), ("8", 210.0), ("150", 335.0)]),
            (166.0, &[("（含社区）", 60.0)]),
            (200.0, &[("以上数据截至年底，由各街道自行填报。", 60.0)]),
        ],
        vec![
            rule(60.0, 400.0, 100.0),
            rule(60.0, 230.0, 120.0),
            rule(230.0, 400.0, 120.2),
            rule(60.0, 400.0, 176.0),
        ],
    );
    let grids = taken(&mut page);
    assert_eq!(grids.len(), 1);
    assert_eq!(
        texts(&grids[0]),
        [
            vec!["街道", "助餐点", "座位"],
            vec!["城东街道", "12", "360"],
            vec!["城西街道", "8", "150"],
            vec!["（含社区）", "", ""],
        ]
    );
    assert!(grids[0].rows[0].iter().all(|cell| cell.header));
    assert_eq!(page.glyphs.len(), 40);
}

#[test]
fn a_name_reaches_down_over_the_rows_that_are_full_without_it() {
    let row = |cells: [&str; 3]| cells.map(FlowCell::plain).to_vec();
    let mut rows = vec![
        row(["城东", "12", "36"]),
        row(["", "8", "15"]),
        row(["", "", "合计"]),
    ];
    reach_down(&mut rows);
    assert_eq!((rows[0][0].row_span, rows[1].len()), (2, 2));
    assert_eq!(rows[2].len(), 3);
}

#[test]
fn a_head_of_two_levels_is_told_by_the_rules_in_it() {
    let mut page = page(
        &[
            (112.0, &[("街道", 60.0), ("上年", 205.0), ("本年", 345.0)]),
            (
                130.0,
                &[
                    ("份数", 170.0),
                    ("人数", 240.0),
                    ("份数", 310.0),
                    ("人数", 380.0),
                ],
            ),
            (
                150.0,
                &[
                    ("城东", 60.0),
                    ("12", 170.0),
                    ("36", 240.0),
                    ("14", 310.0),
                    ("41", 380.0),
                ],
            ),
            (
                166.0,
                &[
                    ("城西", 60.0),
                    ("8", 170.0),
                    ("15", 240.0),
                    ("9", 310.0),
                    ("17", 380.0),
                ],
            ),
        ],
        vec![
            rule(60.0, 420.0, 100.0),
            rule(165.0, 265.0, 117.0),
            rule(305.0, 410.0, 117.0),
            rule(60.0, 420.0, 136.0),
            rule(60.0, 420.0, 176.0),
        ],
    );
    let grids = taken(&mut page);
    assert_eq!(grids.len(), 1);
    let head: Vec<Vec<(&str, usize, usize)>> = grids[0].rows[..2]
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| (cell.text.as_str(), cell.row_span, cell.column_span))
                .collect()
        })
        .collect();
    assert_eq!(
        head,
        [
            vec![("街道", 2, 1), ("上年", 1, 2), ("本年", 1, 2)],
            vec![
                ("份数", 1, 1),
                ("人数", 1, 1),
                ("份数", 1, 1),
                ("人数", 1, 1)
            ],
        ]
    );
    assert!(page.glyphs.is_empty());
}

#[test]
fn rows_of_as_many_cells_are_a_table_without_any_rule() {
    let mut page = page(
        &[
            (80.0, &[("各街道助餐点的数量如下：", 60.0)]),
            (114.0, &[("街道", 60.0), ("助餐点", 200.0), ("座位", 330.0)]),
            (134.0, &[("城东街道", 60.0), ("12", 210.0), ("360", 335.0)]),
            (154.0, &[("城西街道", 60.0), ("8", 210.0), ("150", 335.0)]),
        ],
        Vec::new(),
    );
    let grids = taken(&mut page);
    assert_eq!(grids.len(), 1);
    assert_eq!(texts(&grids[0])[1], ["城东街道", "12", "360"]);
    assert_eq!(page.glyphs.len(), 12);
}

#[test]
fn running_text_between_rules_or_in_columns_is_no_table() {
    let line = "这是一行占满了整栏的正文内容没有空白";
    let rows: Vec<(f32, Vec<(&str, f32)>)> = (0..6u8)
        .map(|row| {
            let y = 100.0 + 16.0 * f32::from(row);
            (y, vec![(line, 40.0), (line, 240.0), (line, 440.0)])
        })
        .collect();
    let rows: Vec<(f32, &[(&str, f32)])> = rows
        .iter()
        .map(|(y, cells)| (*y, cells.as_slice()))
        .collect();
    let mut columns = page(&rows, Vec::new());
    assert!(taken(&mut columns).is_empty());
    let mut framed = page(
        &[
            (100.0, &[(line, 60.0)]),
            (116.0, &[(line, 60.0)]),
            (132.0, &[(line, 60.0)]),
        ],
        vec![
            rule(60.0, 400.0, 80.0),
            rule(60.0, 400.0, 120.0),
            rule(60.0, 400.0, 140.0),
        ],
    );
    assert!(taken(&mut framed).is_empty());
}

#[test]
fn names_in_columns_are_no_table_since_nothing_heads_them() {
    let row = [("张某某", 60.0), ("李某", 200.0), ("王某某", 330.0)];
    let mut page = page(
        &[(100.0, &row), (120.0, &row), (140.0, &row), (160.0, &row)],
        Vec::new(),
    );
    assert!(taken(&mut page).is_empty());
}
