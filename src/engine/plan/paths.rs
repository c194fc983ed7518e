//! Tables of the paths that points are taken along.

use crate::math::curve::{ArcTable, Segment};
use crate::program::{PathRow, Program, infer};

/// A table for signals and the same for lanes.
#[derive(Debug)]
struct Tables {
    wide: ArcTable<f64>,
    lanes: ArcTable<f32>,
}

/// The tables of a program's paths; those of paths along which no points are taken are left out.
#[derive(Debug)]
pub(crate) struct PathTables {
    /// Per path: its row among the tables.
    rows: Vec<u32>,
    /// The first is that of a handle whose path is not measured.
    tables: Vec<Tables>,
}

impl PathTables {
    pub(crate) fn new(program: &Program) -> Self {
        let data = program.data();
        let mut rows = vec![0; data.paths.len()];
        let mut tables = vec![Tables { wide: ArcTable::empty(), lanes: ArcTable::empty() }];
        for path in infer::paths_measured(data) {
            let row = &data.paths[path as usize];
            let mut segments = segments(row);
            // Nothing is drawn of a path of moves alone, but it has a place.
            if let (true, Some(point)) = (segments.is_empty(), row.points.first()) {
                segments.push(Segment::Line([point.map(f64::from); 2]));
            }
            let wide = ArcTable::new(&segments);
            rows[path as usize] = tables.len() as u32;
            tables.push(Tables { lanes: wide.narrow(), wide });
        }
        Self { rows, tables }
    }

    /// The row of the table of a handle.
    pub(crate) fn row(&self, handle: f64) -> u32 {
        self.rows.get(handle as usize).copied().unwrap_or(0)
    }

    /// The table for lanes in a row.
    #[inline(always)]
    pub(crate) fn lanes(&self, row: u32) -> &ArcTable<f32> {
        &self.tables[row as usize].lanes
    }

    /// x, y and direction of a place, for signals.
    pub(crate) fn at(&self, handle: f64, share: f64) -> [f64; 3] {
        self.tables[self.row(handle) as usize].wide.at(share)
    }
}

/// What of a path is drawn: its lines and curves, closing lines included.
pub(crate) fn segments(path: &PathRow) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(path.verbs.len());
    let mut points = path.points.iter().map(|point| point.map(f64::from));
    // A checked path has as many points as its verbs take.
    let mut next = || points.next().unwrap_or_default();
    let (mut start, mut pen) = ([0.0; 2], [0.0; 2]);
    for verb in path.verbs.chars() {
        let from = pen;
        match verb {
            'M' => {
                pen = next();
                start = pen;
                continue;
            }
            'L' => {
                pen = next();
                segments.push(Segment::Line([from, pen]));
            }
            'Q' => {
                let control = next();
                pen = next();
                segments.push(Segment::Quad([from, control, pen]));
            }
            'C' => {
                let controls = [next(), next()];
                pen = next();
                segments.push(Segment::Cubic([from, controls[0], controls[1], pen]));
            }
            _ => {
                pen = start;
                segments.push(Segment::Line([from, pen]));
            }
        }
    }
    segments
}
