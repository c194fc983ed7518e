//! Values between Python and engines.

use numpy::{PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pavane::program::Type;
use pavane::{ChannelValue, Engine, EngineError, InputValue};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

/// Numbers: one, a sequence of them, or an array of any shape, whose numbers come one row after the other.
pub(crate) fn numbers(value: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    if value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>() || value.is_none() {
        let kind = value.get_type().name()?;
        return Err(PyTypeError::new_err(format!("numbers are expected, and not a value of type `{kind}`")));
    }
    // Bools and whole numbers, too.
    if let Ok(number) = value.extract::<f64>() {
        return Ok(vec![number]);
    }
    let array = value.py().import("numpy")?.call_method1("ascontiguousarray", (value, "float64"))?;
    let array: PyReadonlyArrayDyn<'_, f64> = array.extract()?;
    if array.ndim() > 2 {
        return Err(PyValueError::new_err("an array of values has one or two dimensions"));
    }
    Ok(array.as_slice()?.to_vec())
}

/// What an input is given: taken out of Python before an engine is held, since that may run code which uses the engine.
pub(crate) enum Given {
    Text(String),
    Numbers(Vec<f64>),
}

impl Given {
    pub(crate) fn of(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        match value.cast::<PyString>() {
            Ok(text) => Ok(Self::Text(text.extract()?)),
            Err(_) => numbers(value).map(Self::Numbers),
        }
    }

    /// Gives it to an input of a name, whatever the type of that is.
    pub(crate) fn set(&self, engine: &mut Engine, name: &str) -> Result<(), EngineError> {
        let channel = engine.channel(name)?;
        let numbers = match self {
            Self::Text(text) => return engine.set_text(channel, text),
            Self::Numbers(numbers) => numbers,
        };
        let row = engine.program().data().channels.iter().find(|row| row.name == name);
        match row.map(|row| (row.ty, row.count)) {
            Some((ty, Some(_))) => {
                engine.set_channel(channel, ChannelValue::Components { ty, components: numbers })
            }
            Some((ty, None)) => {
                let value = InputValue::from_numbers(name, ty, numbers)?;
                engine.set_channel(channel, value)
            }
            None => Ok(()),
        }
    }
}

/// What Python sees of a value; `text` says what a text says.
pub(crate) fn seen<'t>(
    py: Python<'_>,
    value: InputValue,
    text: impl Fn(InputValue) -> Option<&'t str>,
) -> PyResult<Py<PyAny>> {
    Ok(match value {
        InputValue::Float(x) => x.into_pyobject(py)?.into_any().unbind(),
        InputValue::Int(x) => x.into_pyobject(py)?.into_any().unbind(),
        InputValue::Uint(x) => x.into_pyobject(py)?.into_any().unbind(),
        InputValue::Bool(x) => x.into_pyobject(py)?.to_owned().into_any().unbind(),
        InputValue::Vec2([x, y]) => (x, y).into_pyobject(py)?.into_any().unbind(),
        InputValue::Vec3([x, y, z]) => (x, y, z).into_pyobject(py)?.into_any().unbind(),
        InputValue::Color([r, g, b, a]) => (r, g, b, a).into_pyobject(py)?.into_any().unbind(),
        InputValue::Text(_) => text(value).unwrap_or_default().into_pyobject(py)?.into_any().unbind(),
    })
}

/// The name of a type, as patches write it.
pub(crate) fn type_name(ty: Type) -> String {
    ty.name().to_owned()
}

/// Values for `param`s: texts as a patch writes them, numbers, bools, and tuples of numbers.
pub(crate) fn parameters(given: Option<&Bound<'_, PyDict>>) -> PyResult<Vec<(String, String)>> {
    let Some(given) = given else { return Ok(Vec::new()) };
    let pair = |(name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let name: String = name.extract()?;
        if let Ok(text) = value.extract::<String>() {
            return Ok((name, text));
        }
        if let Ok(flag) = value.extract::<bool>() {
            return Ok((name, flag.to_string()));
        }
        let numbers = numbers(&value)?;
        if let Some(bad) = numbers.iter().find(|number| !number.is_finite()) {
            return Err(PyValueError::new_err(format!(
                "the parameter `{name}` is {bad}, which is not finite"
            )));
        }
        let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
        match numbers.as_slice() {
            [one] => Ok((name, one.clone())),
            all => Ok((name, format!("({})", all.join(", ")))),
        }
    };
    given.iter().map(pair).collect()
}
