//! The rows of a list, as a host reads them between two frames.

use super::numbers;
use crate::engine::{Engine, EngineError, InputValue};
use crate::lists::{ColumnRef, ItemId, List, Texts};
use crate::program::{ElementInput, Live, Type};

/// The rows of a list as the last frame has left them, from [`Engine::list`].
#[derive(Clone, Copy, Debug)]
pub struct Rows<'e> {
    list: &'e List,
    columns: &'e [ElementInput],
    texts: &'e Texts,
}

/// What has changed in the view of a list that a domain shows, since the engine was made, from [`Engine::view_changes`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ViewChanges {
    /// Rows that came, or came to another place.
    pub inserts: u64,
    /// Rows that went, or went to another place.
    pub removes: u64,
    /// Rows that stayed and have other values.
    pub updates: u64,
}

impl<'e> Rows<'e> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len() as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The id of each row, in order: from 1 on in the order of creation, and never used again.
    pub fn ids(&self) -> impl Iterator<Item = u64> + use<'e> {
        self.list.items().map(|item| item.id.0)
    }

    /// The names and types of the columns.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = (&'e str, Type)> + use<'e> {
        self.columns.iter().map(|column| (column.name.as_str(), column.ty))
    }

    /// The index in order of the row that has an id; none where it is gone. An id names one row for ever, so one that is kept
    /// outside, or comes with what a [reader](Engine::subscribe) is told, can be asked for at any time.
    pub fn find(&self, id: u64) -> Option<usize> {
        let item = self.list.find(ItemId(id))?;
        self.list.index(item).map(|index| index as usize)
    }

    fn place(&self, column: &str) -> Option<u32> {
        self.columns.iter().position(|own| own.name == column).map(|place| place as u32)
    }

    /// Where the values of each row are in the [slice](Self::slice) of a column, in order.
    pub fn places(&self) -> &'e [u32] {
        self.list.rows()
    }

    /// The values of a column by [places](Self::places), without a copy; texts are numbers there, which
    /// [`text`](Self::text) makes readable. What is at other places means nothing. None where there is no such column.
    pub fn slice(&self, column: &str) -> Option<ColumnRef<'e>> {
        self.list.column(self.place(column)?)
    }

    /// The value of a row, by its index in order. None where there is no such row or column.
    pub fn value(&self, column: &str, index: usize) -> Option<InputValue> {
        let place = self.place(column)?;
        let row = *self.places().get(index)? as usize;
        let (values, _) = numbers(self.list.column(place)?, row);
        InputValue::from_components(self.columns[place as usize].ty, values)
    }

    /// The text of a row, by its index in order. None where there is no such row, or the column holds no texts.
    pub fn text(&self, column: &str, index: usize) -> Option<&'e str> {
        match self.value(column, index)? {
            InputValue::Text(number) => Some(self.texts.get(self.texts.numbered(number.0))),
            InputValue::Float(_)
            | InputValue::Int(_)
            | InputValue::Uint(_)
            | InputValue::Bool(_)
            | InputValue::Vec2(_)
            | InputValue::Vec3(_)
            | InputValue::Color(_) => None,
        }
    }
}

impl Engine {
    /// The rows of a list, as the last frame has left them; before the first one, those that the list begins with.
    ///
    /// ```
    /// use pavane::lists::ColumnRef;
    /// use pavane::{Engine, NoFiles, compile};
    ///
    /// let patch = r#"
    ///     list todos max 100 { title: text, done: bool = false } = [{ title: "Buy milk" }]
    ///     event add: text
    ///     on add when trim(add) != "" { append todos { title: trim(add) } }
    ///     domain rows from todos { draw rect { position: (0.5, 0.1 * index), size: (0.01 * length(title), 0.05), color: #fff } }"#;
    /// let mut engine = Engine::for_program(compile(patch, "todos.pav", &NoFiles).program.unwrap())?;
    /// engine.send_text(engine.event("add")?, "  Water the plants ")?;
    /// engine.frame(0)?;
    /// let todos = engine.list("todos")?;
    /// let lines: Vec<_> = todos.ids().enumerate().map(|(at, id)| format!("{id} {}", todos.text("title", at).unwrap())).collect();
    /// assert_eq!(lines, ["1 Buy milk", "2 Water the plants"]);
    /// let Some(ColumnRef::Bool(done)) = todos.slice("done") else { panic!() };
    /// assert!(todos.places().iter().all(|&place| !done[place as usize]));
    /// # Ok::<(), pavane::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the program has no such list.
    pub fn list(&self, name: &str) -> Result<Rows<'_>, EngineError> {
        let lists = &self.program.data().lists;
        let Some(at) = lists.iter().position(|list| list.key == name) else {
            let known = lists.iter().map(|list| list.key.clone()).collect();
            return Err(EngineError::Unknown { what: "list", name: name.into(), known });
        };
        Ok(Rows {
            list: &self.parts().lists.books[at].list,
            columns: &lists[at].columns,
            texts: &self.parts().texts.texts,
        })
    }

    /// What has changed in the view that a domain shows, `domain rows from open`, since the engine was made or has swapped its
    /// program. A frame that is evaluated again counts again.
    ///
    /// # Errors
    /// When the program has no such domain, or it shows no view.
    pub fn view_changes(&self, domain: &str) -> Result<ViewChanges, EngineError> {
        let domains = &self.program.data().domains;
        let view = domains.iter().find(|row| row.name == domain).and_then(|row| match row.live {
            Some(Live::Host { view, .. }) => view,
            Some(Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. }) | None => None,
        });
        let Some(view) = view else {
            let is_shown = |live: &Option<Live>| matches!(live, Some(Live::Host { view: Some(_), .. }));
            let known =
                domains.iter().filter(|row| is_shown(&row.live)).map(|row| row.name.clone()).collect();
            return Err(EngineError::Unknown { what: "domain of a view", name: domain.into(), known });
        };
        Ok(self.parts().lists.changes[view as usize])
    }
}
