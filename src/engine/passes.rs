//! The passes phase: render passes are assembled from pooled descriptors, projected, culled, ordered.

use glam::DVec3;

use super::plan::{CameraPlan, PassPlan, Plan, Source};
use crate::frame::pass::{Rgba8, View};
use crate::math::Real;
use crate::math::color::NOT_A_COLOR;
use crate::world::tables::{
    ColorSource, DrawList, FieldBuffer, LaneSource, PassDescriptor, ProjectedColumn, Projection,
};

/// What assembling passes reads.
pub(crate) struct Assembly<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) registers: &'a [f64],
    pub(crate) counts: &'a [u32],
    pub(crate) fields: &'a [FieldBuffer],
    /// Per field buffer: whether this frame put something into it that is not finite.
    pub(crate) non_finite: &'a [bool],
    /// Width over height of the canvas, for culling.
    pub(crate) aspect: f64,
}

/// One attribute, ready to be read per element.
#[derive(Clone, Copy)]
enum Values<'a> {
    Uniform(f32),
    Each(&'a [f32]),
}

impl Values<'_> {
    #[inline(always)]
    fn get(self, index: usize) -> f32 {
        match self {
            Self::Uniform(value) => value,
            Self::Each(values) => values[index],
        }
    }
}

/// A central camera, prepared for one frame.
struct Perspective {
    eye: DVec3,
    right: DVec3,
    down: DVec3,
    forward: DVec3,
    /// Distance at which a world unit is a unit of the view.
    focus: f64,
    near: f64,
    far: f64,
}

impl Assembly<'_> {
    fn number(&self, register: u32) -> f64 {
        self.registers[register as usize]
    }

    fn lanes(&self, source: Source) -> LaneSource {
        match source {
            Source::Register(register) => LaneSource::Uniform(self.number(register) as f32),
            Source::Buffer(buffer) => LaneSource::Buffer(buffer),
        }
    }

    fn color(&self, source: Source) -> ColorSource {
        match source {
            Source::Register(register) => ColorSource::Uniform(Rgba8(self.number(register) as u32)),
            Source::Buffer(buffer) => ColorSource::Buffer(buffer),
        }
    }

    fn values(&self, source: Source) -> Values<'_> {
        match source {
            Source::Register(register) => Values::Uniform(self.number(register) as f32),
            Source::Buffer(buffer) => Values::Each(self.fields[buffer as usize].0.f32()),
        }
    }

    fn vector(&self, registers: [u32; 3]) -> DVec3 {
        DVec3::from_array(registers.map(|register| self.number(register)))
    }

    /// Fills a descriptor, its draw list, and its projection where it has one. `projections` are those not taken yet;
    /// gives whether the first of them was taken.
    pub(crate) fn assemble(
        &self,
        pass: &PassPlan,
        descriptor: &mut PassDescriptor,
        list: &mut DrawList,
        projections: &mut [Projection],
        projection_row: u32,
    ) -> bool {
        let count = self.counts[pass.domain as usize];
        *descriptor = PassDescriptor {
            row: pass.row,
            count,
            parameter: self.number(pass.parameter) as f32,
            x: self.lanes(pass.x),
            y: self.lanes(pass.y),
            width: self.lanes(pass.width),
            height: self.lanes(pass.height),
            rotation: self.lanes(pass.rotation),
            fill: pass.fill.map(|fill| self.color(fill)),
            stroke: pass.stroke.map(|stroke| self.color(stroke.color)),
            ..PassDescriptor::default()
        };
        if let Some(stroke) = pass.stroke {
            descriptor.stroke_width = self.lanes(stroke.width);
            descriptor.trim_start = self.lanes(stroke.trim_start);
            descriptor.trim_end = self.lanes(stroke.trim_end);
            descriptor.dash = stroke.dash.map(|dash| dash.map(|length| self.lanes(length)));
        }
        if !self.is_drawable(pass) {
            descriptor.non_finite = count;
            descriptor.listed = Some(0);
            return false;
        }
        let mut range = None;
        if let Some(CameraPlan::Orthographic { center, extent, rotation, range: limits }) = pass.camera {
            descriptor.view = View {
                center: center.map(|register| self.number(register) as f32),
                extent: self.number(extent) as f32,
                rotation: self.number(rotation) as f32,
            };
            range = limits.map(|limits| limits.map(|register| self.number(register) as f32));
        }
        let finite = self.list_finite(pass, descriptor, list.0.u32_mut());
        let perspective = matches!(pass.camera, Some(CameraPlan::Perspective { .. }));
        if !perspective && range.is_none() && !pass.depth_order {
            descriptor.listed = finite;
            return false;
        }
        let order = list.0.u32_mut();
        // From here on something may be left out, so there has to be a list.
        let mut listed = finite.unwrap_or_else(|| {
            for (k, entry) in order[..count as usize].iter_mut().enumerate() {
                *entry = k as u32;
            }
            count
        });
        let z = pass.z.map_or(Values::Uniform(0.0), |z| self.values(z));
        if let Some([near, far]) = range {
            listed = retain(&mut order[..listed as usize], |k| {
                let z = z.get(k);
                z <= near && z >= far
            });
        }
        let mut taken = false;
        if let Some(projection) = projections.first_mut().filter(|_| perspective || pass.depth_order) {
            taken = true;
            descriptor.projection = Some(projection_row);
            if let Some(camera) = self.perspective(pass) {
                if listed < count {
                    // What is not projected must not show what an earlier frame left there: the hash sees it.
                    projection.clear(count as usize);
                }
                listed = self.project(pass, &camera, z, projection, &mut order[..listed as usize]);
                descriptor.x = LaneSource::Projected(ProjectedColumn::X);
                descriptor.y = LaneSource::Projected(ProjectedColumn::Y);
                descriptor.width = LaneSource::Projected(ProjectedColumn::Width);
                descriptor.height = LaneSource::Projected(ProjectedColumn::Height);
                if pass.stroke.is_some() {
                    descriptor.stroke_width = LaneSource::Projected(ProjectedColumn::StrokeWidth);
                }
                descriptor.dash_scale = LaneSource::Projected(ProjectedColumn::Scale);
            }
            if pass.depth_order {
                let Projection { depth, keys, spare_keys, spare_list, .. } = projection;
                let (keys, order) = (keys.u32_mut(), &mut order[..listed as usize]);
                for &k in order.iter() {
                    // Far ones first: a large depth, or a small z, gets a small key.
                    let value = if perspective { -depth.f32()[k as usize] } else { z.get(k as usize) };
                    // Adding 0 makes one zero of both, which are as far.
                    keys[k as usize] = ordered_bits(value + 0.0);
                }
                sort_by_key(order, keys, spare_list.u32_mut(), spare_keys.u32_mut());
            }
        }
        descriptor.listed = Some(listed);
        taken
    }

    /// Whether what is the same for all elements, the shape's parameter and the camera, can be drawn with: finite, an
    /// extent above 0, a field of view inside (0, pi). Limits of depth may be infinite.
    fn is_drawable(&self, pass: &PassPlan) -> bool {
        let finite = |registers: &[u32]| registers.iter().all(|&r| (self.number(r) as f32).is_finite());
        finite(&[pass.parameter])
            && match &pass.camera {
                None => true,
                Some(CameraPlan::Orthographic { center, extent, rotation, .. }) => {
                    finite(center) && finite(&[*extent, *rotation]) && self.number(*extent) as f32 > 0.0
                }
                Some(CameraPlan::Perspective { eye, target, up, fov, near, .. }) => {
                    let angle = self.number(*fov);
                    finite(eye)
                        && finite(target)
                        && finite(up)
                        && finite(&[*near])
                        && angle > 0.0
                        && angle < std::f64::consts::PI
                }
            }
    }

    /// Lists the elements whose attributes are all finite, if there are others; counts those and names the buffer.
    fn list_finite(&self, pass: &PassPlan, descriptor: &mut PassDescriptor, list: &mut [u32]) -> Option<u32> {
        let stroke = pass.stroke.map(|s| [s.width, s.trim_start, s.trim_end]);
        let sources = [pass.x, pass.y, pass.width, pass.height, pass.rotation].into_iter();
        let dash = pass.stroke.and_then(|stroke| stroke.dash);
        let sources = sources.chain(pass.z).chain(stroke.into_iter().flatten());
        let sources = sources.chain(dash.into_iter().flatten());
        let suspect = |source: &Source| match *source {
            Source::Register(register) => !(self.number(register) as f32).is_finite(),
            Source::Buffer(buffer) => self.non_finite[buffer as usize],
        };
        let colors = pass.fill.into_iter().chain(pass.stroke.map(|stroke| stroke.color));
        let suspect_color = |source: &Source| match *source {
            Source::Register(register) => self.number(register) as u32 == NOT_A_COLOR,
            Source::Buffer(buffer) => self.non_finite[buffer as usize],
        };
        if !sources.clone().any(|source| suspect(&source)) && !colors.clone().any(|c| suspect_color(&c)) {
            return None;
        }
        let no_color = |source: Source, k: usize| match source {
            Source::Register(_) => suspect_color(&source),
            Source::Buffer(buffer) => self.fields[buffer as usize].0.u32()[k] == NOT_A_COLOR,
        };
        let mut listed = 0;
        for k in 0..descriptor.count {
            let bad = sources.clone().find(|&source| !self.values(source).get(k as usize).is_finite());
            let bad = bad.or_else(|| colors.clone().find(|&source| no_color(source, k as usize)));
            match bad {
                None => {
                    list[listed as usize] = k;
                    listed += 1;
                }
                Some(source) => {
                    descriptor.non_finite += 1;
                    if let (None, Source::Buffer(buffer)) = (descriptor.culprit, source) {
                        descriptor.culprit = Some(buffer);
                    }
                }
            }
        }
        Some(listed)
    }

    /// The camera's axes. World y points down and z toward the viewer.
    fn perspective(&self, pass: &PassPlan) -> Option<Perspective> {
        let Some(CameraPlan::Perspective { eye, target, up, fov, near, far }) = pass.camera else {
            return None;
        };
        let eye = self.vector(eye);
        let forward = (self.vector(target) - eye).normalize_or(DVec3::NEG_Z);
        // Looking straight along `up`, any right will do.
        let right = self.vector(up).cross(forward).normalize_or(DVec3::X);
        let half_angle = (self.number(fov) / std::f64::consts::TAU) * 0.5;
        Some(Perspective {
            eye,
            right,
            down: right.cross(forward),
            forward,
            focus: 0.5 / half_angle.tan_turns(),
            near: self.number(near),
            far: self.number(far),
        })
    }

    /// Projects the listed elements to the plane in which the view is the unit square, and drops those that are not
    /// in sight. Gives how many are left.
    fn project(
        &self,
        pass: &PassPlan,
        camera: &Perspective,
        z: Values<'_>,
        projection: &mut Projection,
        order: &mut [u32],
    ) -> u32 {
        let (x, y) = (self.values(pass.x), self.values(pass.y));
        let (width, height) = (self.values(pass.width), self.values(pass.height));
        let stroke = pass.stroke.map_or(Values::Uniform(0.0), |stroke| self.values(stroke.width));
        let (half_x, half_y) = (0.5 * self.aspect.max(1.0), 0.5 * (1.0 / self.aspect).max(1.0));
        let axis = |v: DVec3| v.to_array().map(|c| c as f32);
        let (eye, right, down, forward) =
            (axis(camera.eye), axis(camera.right), axis(camera.down), axis(camera.forward));
        let (focus, near, far) = (camera.focus as f32, camera.near as f32, camera.far as f32);
        let dot = |a: [f32; 3], b: [f32; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let out = (
            projection.x.f32_mut(),
            projection.y.f32_mut(),
            projection.depth.f32_mut(),
            projection.width.f32_mut(),
            projection.height.f32_mut(),
            projection.stroke_width.f32_mut(),
            projection.scale.f32_mut(),
        );
        // A line keeps its corners: what is out of sight bends it as what is in sight does.
        let is_line = matches!(
            self.plan.program.data().passes[pass.row as usize].shape,
            crate::program::ShapeRow::Line { .. }
        );
        retain(order, |k| {
            let from_eye = [x.get(k) - eye[0], y.get(k) - eye[1], z.get(k) - eye[2]];
            let depth = dot(from_eye, forward);
            let scale = focus / depth;
            let px = dot(from_eye, right) * scale;
            let py = dot(from_eye, down) * scale;
            let (w, h, s) = (width.get(k) * scale, height.get(k) * scale, stroke.get(k) * scale);
            out.0[k] = px + 0.5;
            out.1[k] = py + 0.5;
            out.2[k] = depth;
            out.3[k] = w;
            out.4[k] = h;
            out.5[k] = s;
            out.6[k] = scale;
            // Half the diagonal is at most half the sum of the sides; miters reach four stroke widths.
            let reach = (w.abs() + h.abs()) * 0.5 + s.abs() * 4.0;
            let in_sight = px.abs() - reach <= half_x as f32 && py.abs() - reach <= half_y as f32;
            let finite = px.is_finite() && py.is_finite() && w.is_finite() && h.is_finite() && s.is_finite();
            depth >= near && depth <= far && (in_sight || is_line) && finite
        })
    }
}

/// Keeps the entries that fit, in order. Gives how many.
fn retain(order: &mut [u32], mut keep: impl FnMut(usize) -> bool) -> u32 {
    let mut kept = 0;
    for at in 0..order.len() {
        let k = order[at];
        if keep(k as usize) {
            order[kept] = k;
            kept += 1;
        }
    }
    kept as u32
}

/// Bits whose unsigned order is the order of the floats.
fn ordered_bits(value: f32) -> u32 {
    let bits = value.to_bits();
    if bits >> 31 == 0 { bits | 0x8000_0000 } else { !bits }
}

/// Sorts `order` by the key of each entry, ascending and stable: a radix sort, four rounds of eight bits, in the room
/// that is given. On return `keys` holds the sorted keys.
fn sort_by_key(order: &mut [u32], keys: &mut [u32], spare_order: &mut [u32], spare_keys: &mut [u32]) {
    let n = order.len();
    // Keys lie by element; from here on they travel with the entries.
    for (at, &k) in order.iter().enumerate() {
        spare_keys[at] = keys[k as usize];
    }
    keys[..n].copy_from_slice(&spare_keys[..n]);
    let (mut from, mut from_keys) = (order, &mut keys[..n]);
    let (mut to, mut to_keys) = (&mut spare_order[..n], &mut spare_keys[..n]);
    for shift in [0, 8, 16, 24] {
        let digit = |key: u32| (key >> shift & 0xff) as usize;
        let mut places = [0_usize; 256];
        for &key in from_keys.iter() {
            places[digit(key)] += 1;
        }
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        for (&entry, &key) in from.iter().zip(from_keys.iter()) {
            let place = &mut places[digit(key)];
            to[*place] = entry;
            to_keys[*place] = key;
            *place += 1;
        }
        std::mem::swap(&mut from, &mut to);
        std::mem::swap(&mut from_keys, &mut to_keys);
    }
    // After four rounds, an even number, the result is back where it began.
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radix_sort_is_stable_and_orders_floats() {
        let values = [3.5_f32, -1.0, 0.0, -0.0, 3.5, 1e-40, -1e30, 2.0, 3.5];
        let mut keys: Vec<u32> = values.iter().map(|&v| ordered_bits(v)).collect();
        let mut order: Vec<u32> = (0..9).collect();
        sort_by_key(&mut order, &mut keys, &mut [0; 9], &mut [0; 9]);
        assert_eq!(order, [6, 1, 3, 2, 5, 7, 0, 4, 8]);
        // A subset, keyed by element.
        let mut keys: Vec<u32> = values.iter().map(|&v| ordered_bits(v)).collect();
        let mut order = [8, 0, 1];
        sort_by_key(&mut order, &mut keys, &mut [0; 9], &mut [0; 9]);
        assert_eq!(order, [1, 8, 0]);
    }
}
