//! The plots of a report, as SVG.

use plotters::chart::SeriesLabelPosition;
use plotters::prelude::*;

use crate::error::BenchError;
use crate::plan::{Load, Temperature};
use crate::report::LoadLevel;
use crate::stats::{quantile, sorted};

const SIZE: (u32, u32) = (760, 340);
const FONT: &str = "sans-serif";

/// Colours that people with colour blindness can tell apart as well (Okabe and Ito).
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(70, 70, 70),
];

/// A line or a cloud of points with its name.
struct Series {
    name: String,
    points: Vec<(f64, f64)>,
}

enum Mark {
    Line,
    Point,
}

/// The title of a plot and of its axes.
struct Words {
    title: &'static str,
    x: &'static str,
    y: &'static str,
}

/// Every plot of the levels that has something to show.
pub(super) fn all(levels: &[LoadLevel]) -> Result<Vec<String>, BenchError> {
    let mut plots = Vec::new();
    let mut add = |words: Words, series: Vec<Series>, mark: Mark| -> Result<(), BenchError> {
        plots.extend(plot(&words, series, mark)?);
        Ok(())
    };
    for temperature in [Temperature::Cold, Temperature::Warm] {
        let of: Vec<&LoadLevel> = levels
            .iter()
            .filter(|level| level.temperature == temperature)
            .collect();
        let title = |cold, warm| match temperature {
            Temperature::Cold => cold,
            Temperature::Warm => warm,
        };
        add(
            Words {
                title: title("First audio, cold", "First audio, warm"),
                x: "milliseconds",
                y: "part of the streams",
            },
            by_level(&of, |level| distribution(&first_audio_ms(level))),
            Mark::Line,
        )?;
        add(
            Words {
                title: title("First audio by load, cold", "First audio by load, warm"),
                x: "listeners (or listeners a second)",
                y: "milliseconds",
            },
            quantiles_by_load(&of, first_audio_ms),
            Mark::Line,
        )?;
        add(
            Words {
                title: title("First audio in time, cold", "First audio in time, warm"),
                x: "seconds since the level began",
                y: "milliseconds",
            },
            by_level(&of, in_time),
            Mark::Point,
        )?;
        add(
            Words {
                title: title(
                    "Slack between utterances, cold",
                    "Slack between utterances, warm",
                ),
                x: "seconds (negative: a stall)",
                y: "part of the utterances",
            },
            by_level(&of, |level| distribution(&slack_s(level))),
            Mark::Line,
        )?;
        add(
            Words {
                title: title(
                    "Real-time factor by load, cold",
                    "Real-time factor by load, warm",
                ),
                x: "listeners (or listeners a second)",
                y: "seconds for a second of speech",
            },
            quantiles_by_load(&of, factors),
            Mark::Line,
        )?;
        add(
            Words {
                title: title("Stalls by load, cold", "Stalls by load, warm"),
                x: "listeners (or listeners a second)",
                y: "number, and seconds waited",
            },
            stalls_by_load(&of),
            Mark::Line,
        )?;
        add(
            Words {
                title: title("Throughput by load, cold", "Throughput by load, warm"),
                x: "listeners (or listeners a second)",
                y: "seconds of speech a second",
            },
            throughput_by_load(&of),
            Mark::Line,
        )?;
    }
    Ok(plots)
}

fn by_level(levels: &[&LoadLevel], points: impl Fn(&LoadLevel) -> Vec<(f64, f64)>) -> Vec<Series> {
    levels
        .iter()
        .map(|level| Series {
            name: level.load.to_string(),
            points: points(level),
        })
        .collect()
}

fn first_audio_ms(level: &LoadLevel) -> Vec<f64> {
    let streams = level.streams.iter();
    let seconds = streams.filter_map(|heard| heard.first_audio_s);
    seconds.map(|seconds| seconds * 1000.0).collect()
}

fn slack_s(level: &LoadLevel) -> Vec<f64> {
    let streams = level.streams.iter();
    streams.flat_map(|heard| heard.slack_s.clone()).collect()
}

fn in_time(level: &LoadLevel) -> Vec<(f64, f64)> {
    let streams = level.streams.iter();
    streams
        .filter_map(|heard| Some((heard.asked_s, heard.first_audio_s? * 1000.0)))
        .collect()
}

/// How many are at most so large, as a part of all.
fn distribution(values: &[f64]) -> Vec<(f64, f64)> {
    let sorted = sorted(values);
    let count = sorted.len() as f64;
    let step = |(index, value): (usize, f64)| (value, (index + 1) as f64 / count);
    sorted.into_iter().enumerate().map(step).collect()
}

fn factors(level: &LoadLevel) -> Vec<f64> {
    let streams = level.streams.iter();
    streams
        .filter_map(|heard| heard.real_time_factor())
        .collect()
}

fn load_of(level: &LoadLevel) -> f64 {
    match level.load {
        Load::Closed { listeners, .. } => listeners as f64,
        Load::Open { per_second } => per_second,
    }
}

fn quantiles_by_load(levels: &[&LoadLevel], values: fn(&LoadLevel) -> Vec<f64>) -> Vec<Series> {
    [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)]
        .into_iter()
        .map(|(name, part)| {
            by_load(name, levels, |level| {
                quantile(&sorted(&values(level)), part)
            })
        })
        .collect()
}

fn stalls_by_load(levels: &[&LoadLevel]) -> Vec<Series> {
    vec![
        by_load("stalls", levels, |level| Some(level.summary.stalls as f64)),
        by_load("seconds waited", levels, |level| {
            Some(level.summary.stalled_s)
        }),
    ]
}

fn throughput_by_load(levels: &[&LoadLevel]) -> Vec<Series> {
    vec![
        by_load("all", levels, |level| Some(level.summary.speech_per_s)),
        by_load("by core", levels, |level| level.summary.speech_per_core_s),
    ]
}

fn by_load(name: &str, levels: &[&LoadLevel], value: impl Fn(&LoadLevel) -> Option<f64>) -> Series {
    let points = levels.iter().copied();
    Series {
        name: name.to_owned(),
        points: points
            .filter_map(|level| Some((load_of(level), value(level)?)))
            .collect(),
    }
}

/// The plot; `None` when there is nothing to draw.
fn plot(words: &Words, series: Vec<Series>, mark: Mark) -> Result<Option<String>, BenchError> {
    let series: Vec<Series> = series
        .into_iter()
        .filter(|series| !series.points.is_empty())
        .collect();
    let all = || {
        series
            .iter()
            .flat_map(|series| series.points.iter().copied())
    };
    let (Some(x), Some(y)) = (range(all().map(|p| p.0)), range(all().map(|p| p.1))) else {
        return Ok(None);
    };
    let mut svg = String::new();
    draw(&mut svg, words, &series, mark, (x, y))
        .map_err(|error| BenchError::Plot(error.to_string()))?;
    Ok(Some(svg))
}

/// The ends of an axis: nought, where all is above it, and a little more than the largest.
fn range(values: impl Iterator<Item = f64> + Clone) -> Option<std::ops::Range<f64>> {
    let least = values.clone().min_by(f64::total_cmp)?;
    let most = values.max_by(f64::total_cmp)?;
    let low = least.min(0.0);
    let high = if most > low { most } else { low + 1.0 };
    Some(low..high + (high - low) * 0.03)
}

type Axes = (std::ops::Range<f64>, std::ops::Range<f64>);

fn draw(
    svg: &mut String,
    words: &Words,
    series: &[Series],
    mark: Mark,
    (x, y): Axes,
) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .caption(words.title, (FONT, 17))
        .margin(10)
        .x_label_area_size(42)
        .y_label_area_size(64)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(words.x)
        .y_desc(words.y)
        .label_style((FONT, 13))
        .draw()?;
    for (index, series) in series.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let points = series.points.iter().copied();
        let drawn = match mark {
            Mark::Line => chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?,
            Mark::Point => {
                chart.draw_series(points.map(|point| Circle::new(point, 3, colour.filled())))?
            }
        };
        drawn
            .label(series.name.as_str())
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], colour.filled()));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.85))
        .border_style(RGBColor(200, 200, 200))
        .label_font((FONT, 13))
        .draw()?;
    area.present()?;
    drop(chart);
    drop(area);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_measured_is_no_plot() {
        assert!(all(&[]).unwrap().is_empty());
    }

    #[test]
    fn one_value_of_nought_still_has_an_axis() {
        let axis = range([0.0].into_iter()).unwrap();
        assert!(axis.start < axis.end);
    }

    #[test]
    fn a_distribution_ends_at_all_of_them() {
        assert_eq!(distribution(&[3.0, 1.0]), [(1.0, 0.5), (3.0, 1.0)]);
    }
}
