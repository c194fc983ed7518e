//! Cameras of a program.

use serde::{Deserialize, Serialize};

/// From the world to a canvas. Every value is a uniform node; without one the default stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Camera {
    /// Parallel: the world as it is.
    Orthographic {
        /// vec2: the world point in the middle; (0.5, 0.5).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        center: Option<u32>,
        /// float: world units along the canvas' shorter side; 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        extent: Option<u32>,
        /// float: radians; 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rotation: Option<u32>,
        /// float: elements with `z` above it are culled; 1000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        near: Option<u32>,
        /// float: elements with `z` below it are culled; -1000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        far: Option<u32>,
    },
    /// Central: what is further away is smaller.
    Perspective {
        /// vec3: where the camera is; (0.5, 0.5, d) with d such that the plane z = 0 fills the view.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        eye: Option<u32>,
        /// vec3: what it looks at; (0.5, 0.5, 0).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<u32>,
        /// vec3: which way is up on screen; (0, -1, 0), for y points down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        up: Option<u32>,
        /// float: field of view along the shorter side, radians, inside (0, pi); pi / 4.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fov: Option<u32>,
        /// float: nearest distance drawn, above 0; 0.01.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        near: Option<u32>,
        /// float: furthest distance drawn, above near; 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        far: Option<u32>,
    },
}
