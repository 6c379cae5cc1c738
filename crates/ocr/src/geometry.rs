//! Points, hulls and turned rectangles. Nothing here can fail on finite numbers.

/// A place in a picture: x to the right, y down, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

/// A rectangle that may be turned. Its width runs along its lines' direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Turned {
    pub(crate) centre: Point,
    pub(crate) width: f32,
    pub(crate) height: f32,
    /// The direction of its width, in radians, more than −π/4 and at most π/4: positive falls to the
    /// right, because y runs down.
    pub(crate) angle: f32,
}

impl Turned {
    /// Its corners: upper left, upper right, lower right, lower left.
    pub(crate) fn corners(&self) -> [Point; 4] {
        let (sin, cos) = self.angle.sin_cos();
        let at = |u: f32, v: f32| Point {
            x: self.centre.x + u * cos - v * sin,
            y: self.centre.y + u * sin + v * cos,
        };
        let (u, v) = (self.width / 2.0, self.height / 2.0);
        [at(-u, -v), at(u, -v), at(u, v), at(-u, v)]
    }

    /// The same, wider and higher by `distance` on each side.
    pub(crate) fn grown(&self, distance: f32) -> Self {
        Self {
            width: self.width + 2.0 * distance,
            height: self.height + 2.0 * distance,
            ..*self
        }
    }

    /// The same with another unit of length in each direction. Its angle is kept: the two units are
    /// nearly the same.
    pub(crate) fn scaled(&self, x: f32, y: f32) -> Self {
        let (sin, cos) = self.angle.sin_cos();
        Self {
            centre: Point {
                x: self.centre.x * x,
                y: self.centre.y * y,
            },
            width: self.width * (x * cos).hypot(y * sin),
            height: self.height * (y * cos).hypot(x * sin),
            angle: self.angle,
        }
    }

    /// Where it is when the plane is turned by `angle` about `about`; its own angle with it.
    pub(crate) fn turned(&self, about: Point, angle: f32) -> Self {
        let (sin, cos) = angle.sin_cos();
        let (x, y) = (self.centre.x - about.x, self.centre.y - about.y);
        Self {
            centre: Point {
                x: about.x + x * cos - y * sin,
                y: about.y + x * sin + y * cos,
            },
            angle: self.angle + angle,
            ..*self
        }
    }
}

/// The convex hull, anticlockwise as seen with y up; of points in one line, its two ends.
pub(crate) fn hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let half = |points: &mut dyn Iterator<Item = Point>| {
        let mut chain: Vec<Point> = Vec::new();
        for point in points {
            while let [.., a, b] = chain[..] {
                if turn(a, b, point) > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(point);
        }
        // The last is the first of the other half.
        chain.pop();
        chain
    };
    let mut hull = half(&mut points.iter().copied());
    hull.extend(half(&mut points.iter().rev().copied()));
    hull
}

/// Twice the area of the triangle, positive where it turns from x to y.
fn turn(a: Point, b: Point, c: Point) -> f32 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// The smallest rectangle around a convex hull: one of its sides lies on a side of the hull. `None`
/// for no points.
pub(crate) fn smallest_rectangle(hull: &[Point]) -> Option<Turned> {
    let first = hull.first()?;
    let mut best: Option<(f32, Turned)> = None;
    for (index, from) in hull.iter().enumerate() {
        let to = hull.get(index + 1).unwrap_or(first);
        let length = (to.x - from.x).hypot(to.y - from.y);
        let (cos, sin) = if length > 0.0 {
            ((to.x - from.x) / length, (to.y - from.y) / length)
        } else {
            (1.0, 0.0)
        };
        let mut low = Point {
            x: f32::INFINITY,
            y: f32::INFINITY,
        };
        let mut high = Point {
            x: f32::NEG_INFINITY,
            y: f32::NEG_INFINITY,
        };
        for point in hull {
            let (u, v) = (point.x * cos + point.y * sin, point.y * cos - point.x * sin);
            (low.x, low.y) = (low.x.min(u), low.y.min(v));
            (high.x, high.y) = (high.x.max(u), high.y.max(v));
        }
        let (width, height) = (high.x - low.x, high.y - low.y);
        let area = width * height;
        if best.is_some_and(|(least, _)| area >= least) {
            continue;
        }
        let (u, v) = ((low.x + high.x) / 2.0, (low.y + high.y) / 2.0);
        let centre = Point {
            x: u * cos - v * sin,
            y: u * sin + v * cos,
        };
        best = Some((area, levelled(centre, width, height, sin.atan2(cos))));
    }
    best.map(|(_, rectangle)| rectangle)
}

/// A rectangle whose angle is brought into the quarter around level.
fn levelled(centre: Point, width: f32, height: f32, angle: f32) -> Turned {
    let quarter = std::f32::consts::FRAC_PI_2;
    let quarters = (angle / quarter).round();
    let odd = quarters.rem_euclid(2.0) == 1.0;
    Turned {
        centre,
        width: if odd { height } else { width },
        height: if odd { width } else { height },
        angle: angle - quarters * quarter,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points() -> impl Strategy<Value = Vec<Point>> {
        let point = (-2_000..2_000i16, -2_000..2_000i16);
        proptest::collection::vec(point, 0..60).prop_map(|points| {
            let point = |(x, y)| Point {
                x: f32::from(x),
                y: f32::from(y),
            };
            points.into_iter().map(point).collect()
        })
    }

    proptest! {
        #[test]
        fn the_smallest_rectangle_holds_every_point(points in points()) {
            let hull = hull(points.clone());
            let Some(rectangle) = smallest_rectangle(&hull) else {
                prop_assert!(points.is_empty());
                return Ok(());
            };
            prop_assert!(rectangle.angle.abs() <= std::f32::consts::FRAC_PI_4 + 1e-3);
            let (sin, cos) = rectangle.angle.sin_cos();
            for point in points {
                let (x, y) = (point.x - rectangle.centre.x, point.y - rectangle.centre.y);
                let (u, v) = (x * cos + y * sin, y * cos - x * sin);
                prop_assert!(u.abs() <= rectangle.width / 2.0 + 0.5, "{u} of {rectangle:?}");
                prop_assert!(v.abs() <= rectangle.height / 2.0 + 0.5, "{v} of {rectangle:?}");
            }
        }

        #[test]
        fn turning_there_and_back_changes_nothing(
            x in -1e3f32..1e3, y in -1e3f32..1e3, angle in -3.0f32..3.0
        ) {
            let rectangle = Turned {
                centre: Point { x, y }, width: 40.0, height: 9.0, angle: 0.1,
            };
            let about = Point { x: 100.0, y: -50.0 };
            let back = rectangle.turned(about, angle).turned(about, -angle);
            prop_assert!((back.centre.x - x).abs() < 0.01 && (back.centre.y - y).abs() < 0.01);
            prop_assert!((back.angle - 0.1).abs() < 1e-4);
        }
    }

    #[test]
    fn a_slanting_bar_is_found_as_it_lies() {
        let bar = Turned {
            centre: Point { x: 300.0, y: 200.0 },
            width: 400.0,
            height: 30.0,
            angle: -0.05,
        };
        let found = smallest_rectangle(&hull(bar.corners().to_vec())).unwrap();
        assert!((found.angle + 0.05).abs() < 1e-3, "{found:?}");
        assert!((found.width - 400.0).abs() < 0.1 && (found.height - 30.0).abs() < 0.1);
        assert!((found.centre.x - 300.0).abs() < 0.1 && (found.centre.y - 200.0).abs() < 0.1);
    }

    #[test]
    fn a_point_and_a_line_have_rectangles_of_no_height() {
        let point = Point { x: 3.0, y: 4.0 };
        let single = smallest_rectangle(&hull(vec![point, point])).unwrap();
        assert_eq!((single.width, single.height), (0.0, 0.0));
        let line = (0..9).map(|x| Point {
            x: x as f32,
            y: 1.0,
        });
        let line = smallest_rectangle(&hull(line.collect())).unwrap();
        assert_eq!((line.width, line.height, line.angle), (8.0, 0.0, 0.0));
        assert_eq!(smallest_rectangle(&[]), None);
    }
}
