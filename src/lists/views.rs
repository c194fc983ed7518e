//! Views of one list, each of the list or of another view, in one table.

use super::delta::Delta;
use super::distinct::Distinct;
use super::error::ListError;
use super::filter::Filter;
use super::fold::Fold;
use super::group::Group;
use super::item::Item;
use super::list::List;
use super::map::Map;
use super::sort::Sort;
use super::texts::Texts;
use super::touched::Twin;
use super::window::Window;

/// A view, by its row in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewId(pub u32);

/// What a view is a view of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// The list.
    List,
    /// Another view, which was made before it.
    View(ViewId),
}

/// What a view does.
#[derive(Clone, Debug)]
pub enum Operator {
    /// `where`
    Filter(Filter),
    /// `map`
    Map(Map),
    /// `sort by`
    Sort(Sort),
    /// `take`, `skip`
    Window(Window),
    /// `distinct`
    Distinct(Distinct),
    /// `group by`
    Group(Box<Group>),
    /// `every`, `any`, `count`, `sum`, `mean`, `min`, `max`
    Fold(Fold),
}

/// What a view is told of the dirty items of its input, in their order.
#[derive(Clone, Copy, Debug)]
pub enum Answers<'a> {
    /// Nothing: of a window.
    Nothing,
    /// Whether it is so: of a filter.
    Truths(&'a [bool]),
    /// Keys or values, all of one item together: of an order, of `distinct` and of a map.
    Keys(&'a [u64]),
    /// Numbers: of a fold.
    Numbers(&'a [f64]),
    /// Keys and numbers, all of one item together: of groups.
    Grouped(&'a [u64], &'a [f64]),
}

/// What is asked of one item: see [`Views::refresh`].
#[derive(Debug)]
pub struct Question<'a> {
    /// The view that asks.
    pub view: ViewId,
    /// The item. Of a view of groups it is a group.
    pub item: Item,
    /// To be answered for a filter.
    pub is_so: &'a mut bool,
    /// To be answered for an order, `distinct`, groups and a map.
    pub keys: &'a mut [u64],
    /// To be answered for a fold, and for groups that have some.
    pub numbers: &'a mut [f64],
}

#[derive(Clone, Debug)]
struct Node {
    input: Input,
    operator: Operator,
    next: Next,
    /// What it is told instead of its input's delta, where it may be told something else.
    other: Option<Delta>,
    is_live: bool,
}

impl Node {
    /// Is told next what another one is.
    fn stand(&mut self, as_in: &Self) {
        (self.next, self.is_live) = (as_in.next, as_in.is_live);
        // What is in it is made anew before it is told.
        match &as_in.other {
            Some(delta) => self.other.get_or_insert_with(|| Delta::with_capacity(delta.rows())).stand(delta),
            None => self.other = None,
        }
    }
}

/// What a view is told next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// All items of its input, as if they were new.
    First,
    /// What its input has changed.
    Changes,
    /// The same, with a question about every item.
    All,
}

/// The views of one list. Each works with what its input has changed, and asks of nothing but the items that are new or
/// changed there.
///
/// After a commit the views are told in their order: [`input`](Self::input) says of which items a view needs to know
/// something ([`Delta::dirty`]), [`apply`](Self::apply) takes that. [`refresh`](Self::refresh) is both, for all of them.
#[derive(Clone, Debug, Default)]
pub struct Views {
    nodes: Vec<Node>,
    truths: Vec<bool>,
    keys: Vec<u64>,
    numbers: Vec<f64>,
}

impl Operator {
    /// What has changed; none for a fold, which has no items.
    pub fn delta(&self) -> Option<&Delta> {
        match self {
            Self::Filter(filter) => Some(filter.delta()),
            Self::Map(map) => Some(map.delta()),
            Self::Sort(sort) => Some(sort.delta()),
            Self::Window(window) => Some(window.delta()),
            Self::Distinct(distinct) => Some(distinct.delta()),
            Self::Group(group) => Some(group.delta()),
            Self::Fold(_) => None,
        }
    }

    /// Items that it has; none for a fold.
    pub fn len(&self) -> u32 {
        self.delta().map_or(0, Delta::new_len)
    }

    /// Whether it has no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keys or values of an item that it asks for.
    pub fn width(&self) -> usize {
        match self {
            Self::Sort(sort) => sort.width(),
            Self::Distinct(distinct) => distinct.width(),
            Self::Map(map) => map.width(),
            Self::Group(group) => group.width(),
            Self::Filter(_) | Self::Window(_) | Self::Fold(_) => 0,
        }
    }

    /// Numbers of an item that it asks for.
    pub fn numbers(&self) -> usize {
        match self {
            Self::Fold(_) => 1,
            Self::Group(group) => group.numbers(),
            Self::Filter(_) | Self::Map(_) | Self::Sort(_) | Self::Window(_) | Self::Distinct(_) => 0,
        }
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Filter(filter) => filter.bytes(),
            Self::Map(map) => map.bytes(),
            Self::Sort(sort) => sort.bytes(),
            Self::Window(window) => window.bytes(),
            Self::Distinct(distinct) => distinct.bytes(),
            Self::Group(group) => size_of::<Group>() + group.bytes(),
            Self::Fold(fold) => fold.bytes(),
        }
    }

    fn grow(&mut self, items: u32) {
        match self {
            Self::Filter(filter) => filter.grow(items),
            Self::Map(map) => map.grow(items),
            Self::Sort(sort) => sort.grow(items),
            Self::Window(window) => window.grow(items),
            Self::Distinct(distinct) => distinct.grow(items),
            Self::Group(group) => group.grow(items),
            Self::Fold(fold) => fold.grow(items),
        }
    }

    fn copy_from(&mut self, other: &Self) {
        match (self, other) {
            (Self::Filter(this), Self::Filter(other)) => this.copy_from(other),
            (Self::Map(this), Self::Map(other)) => this.copy_from(other),
            (Self::Sort(this), Self::Sort(other)) => this.copy_from(other),
            (Self::Window(this), Self::Window(other)) => this.copy_from(other),
            (Self::Distinct(this), Self::Distinct(other)) => this.copy_from(other),
            (Self::Group(this), Self::Group(other)) => this.copy_from(other),
            (Self::Fold(this), Self::Fold(other)) => this.copy_from(other),
            (this, other) => this.clone_from(other),
        }
    }

    /// A copy becomes the same, at the cost of what has changed since it was, but for the delta.
    fn catch_up(&mut self, with: &mut Self) {
        match (self, with) {
            (Self::Filter(this), Self::Filter(with)) => this.catch_up(with),
            (Self::Sort(this), Self::Sort(with)) => this.catch_up(with),
            (Self::Window(this), Self::Window(with)) => this.take_over(with),
            (Self::Distinct(this), Self::Distinct(with)) => this.catch_up(with),
            (Self::Group(this), Self::Group(with)) => this.catch_up(with),
            (Self::Fold(this), Self::Fold(with)) => this.catch_up(with),
            // Those that no program has are copied.
            (this, with) => this.copy_from(with),
        }
    }

    /// Becomes what such a copy is.
    fn go_back(&mut self, to: &Self) {
        match (self, to) {
            (Self::Filter(this), Self::Filter(to)) => this.go_back(to),
            (Self::Sort(this), Self::Sort(to)) => this.go_back(to),
            (Self::Window(this), Self::Window(to)) => this.take_over(to),
            (Self::Distinct(this), Self::Distinct(to)) => this.go_back(to),
            (Self::Group(this), Self::Group(to)) => this.go_back(to),
            (Self::Fold(this), Self::Fold(to)) => this.go_back(to),
            (this, to) => this.copy_from(to),
        }
    }
}

impl Views {
    /// No views yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a view. What its input has already is told first, with the next [`apply`](Self::apply). Allocates.
    ///
    /// # Errors
    ///
    /// [`ListError::NoView`] where the input is no view of this table, or a fold.
    pub fn add(&mut self, input: Input, mut operator: Operator, list: &List) -> Result<ViewId, ListError> {
        self.items(input, list).map(|_| ())?;
        let other = Some(Delta::with_capacity(list.limits().items));
        operator.grow(list.limits().items);
        let items = list.limits().items as usize;
        let (width, numbers) = (operator.width() * items, operator.numbers() * items);
        self.nodes.push(Node { input, operator, next: Next::First, other, is_live: false });
        self.truths.reserve_exact(items.saturating_sub(self.truths.len()));
        self.numbers.reserve_exact(numbers.saturating_sub(self.numbers.len()));
        self.keys.reserve_exact(width.saturating_sub(self.keys.len()));
        Ok(ViewId(self.nodes.len() as u32 - 1))
    }

    /// Lets a view be [asked anew](Self::ask_all): what it asks depends on more than on the items, such as a filter that
    /// somebody chooses. Allocates.
    ///
    /// # Errors
    ///
    /// [`ListError::NoView`].
    pub fn make_live(&mut self, view: ViewId, list: &List) -> Result<(), ListError> {
        let node = self.nodes.get_mut(view.0 as usize).ok_or(ListError::NoView { view: view.0 })?;
        node.is_live = true;
        node.other.get_or_insert_with(|| Delta::with_capacity(list.limits().items));
        Ok(())
    }

    /// From which index up to which one a window is, from when it is told next.
    ///
    /// # Errors
    ///
    /// [`ListError::NoView`] where the view is no window.
    pub fn set_window(&mut self, view: ViewId, start: u32, end: u32) -> Result<(), ListError> {
        match self.nodes.get_mut(view.0 as usize).map(|node| &mut node.operator) {
            Some(Operator::Window(window)) => {
                window.set(start, end);
                Ok(())
            }
            _ => Err(ListError::NoView { view: view.0 }),
        }
    }

    /// Something else than the items has changed, so the view asks of every item when it is told next. What is shown as before
    /// is not updated by that.
    ///
    /// # Errors
    ///
    /// [`ListError::NoView`], [`ListError::NotLive`].
    pub fn ask_all(&mut self, view: ViewId) -> Result<(), ListError> {
        let node = self.nodes.get_mut(view.0 as usize).ok_or(ListError::NoView { view: view.0 })?;
        if !node.is_live {
            return Err(ListError::NotLive { view: view.0 });
        }
        if node.next == Next::Changes {
            node.next = Next::All;
        }
        Ok(())
    }

    /// Makes room in all views for what the list has room for. Allocates.
    pub fn grow(&mut self, list: &List) {
        let items = list.limits().items as usize;
        for node in &mut self.nodes {
            node.operator.grow(items as u32);
            if let Some(other) = &mut node.other {
                other.grow(items as u32);
            }
        }
        let most = |of: fn(&Operator) -> usize| self.nodes.iter().map(|node| of(&node.operator)).max();
        let (width, numbers) = (most(Operator::width), most(Operator::numbers));
        self.truths = Vec::with_capacity(items);
        self.keys = Vec::with_capacity(width.unwrap_or(0) * items);
        self.numbers = Vec::with_capacity(numbers.unwrap_or(0) * items);
    }

    /// Views that there are.
    pub fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Bytes that it keeps on the heap.
    pub fn bytes(&self) -> usize {
        let of_nodes = self.nodes.iter().map(|node| node.operator.bytes()).sum::<usize>();
        let others =
            self.nodes.iter().filter_map(|node| node.other.as_ref()).map(Delta::bytes).sum::<usize>();
        of_nodes
            + others
            + self.nodes.capacity() * size_of::<Node>()
            + self.truths.capacity()
            + self.keys.capacity() * size_of::<u64>()
            + self.numbers.capacity() * size_of::<f64>()
    }

    /// What [`bytes`](Self::bytes) says at most of views of a list of so many items: of each the bytes of its operator, and how many keys
    /// and numbers that asks for.
    pub fn bytes_for(operators: impl IntoIterator<Item = (u64, [usize; 2])>, items: u32) -> u64 {
        let (mut nodes, mut bytes, mut widest) = (0_u64, 0, [0; 2]);
        for (operator, width) in operators {
            nodes += 1;
            widest = [widest[0].max(width[0]), widest[1].max(width[1])];
            bytes += operator + Delta::bytes_for(items);
        }
        // The table doubles as it grows.
        let table = nodes.next_power_of_two().max(4) * size_of::<Node>() as u64;
        let answer = size_of::<bool>() + widest[0] * size_of::<u64>() + widest[1] * size_of::<f64>();
        if nodes == 0 { 0 } else { bytes + table + u64::from(items) * answer as u64 }
    }

    /// Becomes a copy of the same views at another time. Allocates nothing, unless a view that is new there was told of
    /// something here.
    pub fn copy_from(&mut self, other: &Self) {
        for (node, from) in self.nodes.iter_mut().zip(&other.nodes) {
            node.operator.copy_from(&from.operator);
            (node.next, node.is_live) = (from.next, from.is_live);
            match &from.other {
                Some(delta) => node.other.get_or_insert_with(Delta::default).copy_from(delta),
                None => node.other = None,
            }
        }
    }

    /// A copy of the same views becomes the same, at the cost of what has changed since it was; see [`List::catch_up`].
    pub(crate) fn catch_up(&mut self, with: &mut Self) {
        for (node, with) in self.nodes.iter_mut().zip(&mut with.nodes) {
            node.operator.catch_up(&mut with.operator);
            node.stand(with);
        }
    }

    /// Becomes what such a copy is.
    pub(crate) fn go_back(&mut self, to: &Self) {
        for (node, to) in self.nodes.iter_mut().zip(&to.nodes) {
            node.operator.go_back(&to.operator);
            node.stand(to);
        }
    }

    /// What a view does.
    pub fn get(&self, view: ViewId) -> Option<&Operator> {
        self.nodes.get(view.0 as usize).map(|node| &node.operator)
    }

    /// What has changed in the input of a view: what it is told next.
    ///
    /// # Errors
    ///
    /// [`ListError::NoView`].
    pub fn input<'a>(&'a mut self, view: ViewId, list: &'a List) -> Result<&'a Delta, ListError> {
        self.fill(view, list)?;
        self.changed(view, list)
    }

    /// Fills what a view is told instead of its input's delta.
    fn fill(&mut self, view: ViewId, list: &List) -> Result<(), ListError> {
        let node = self.nodes.get_mut(view.0 as usize).ok_or(ListError::NoView { view: view.0 })?;
        let (of, next) = (node.input, node.next);
        if next == Next::Changes {
            return Ok(());
        }
        let Some(mut other) = node.other.take() else { return Err(ListError::NotLive { view: view.0 }) };
        if next == Next::First {
            other.begin(0);
            for (index, item) in self.items(of, list)?.enumerate() {
                other.new_item(item, index as u32);
            }
            other.finish();
        } else {
            let input = match of {
                Input::List => list.delta(),
                Input::View(of) => changed_in(&self.nodes, of)?,
            };
            other.ask_all(input, self.items(of, list)?);
        }
        self.nodes[view.0 as usize].other = Some(other);
        Ok(())
    }

    fn changed<'a>(&'a self, view: ViewId, list: &'a List) -> Result<&'a Delta, ListError> {
        let (before, rest) = self.nodes.split_at(self.nodes.len().min(view.0 as usize));
        let node = rest.first().ok_or(ListError::NoView { view: view.0 })?;
        changed(before, node, list)
    }

    /// Tells a view of what its input has changed. Gives what it has changed itself; none for a fold.
    ///
    /// # Errors
    ///
    /// [`ListError::NoView`], [`ListError::WrongAnswers`], [`ListError::Answers`], [`ListError::TooSmall`]. Nothing was
    /// changed then.
    pub fn apply(
        &mut self,
        view: ViewId,
        answers: Answers<'_>,
        list: &List,
        texts: &Texts,
    ) -> Result<Option<&Delta>, ListError> {
        self.fill(view, list)?;
        let at = self.nodes.len().min(view.0 as usize);
        let (before, rest) = self.nodes.split_at_mut(at);
        let node = rest.first_mut().ok_or(ListError::NoView { view: view.0 })?;
        tell(before, node, answers, list, texts)?;
        Ok(node.operator.delta())
    }

    /// Tells all views, in their order, of what a commit of the list has changed; `answer` is asked of every item that a view
    /// needs to know something of. For hosts; where many items are asked of at once, [`apply`](Self::apply) is the way.
    ///
    /// # Errors
    ///
    /// [`ListError::TooSmall`].
    pub fn refresh(
        &mut self,
        list: &List,
        texts: &Texts,
        mut answer: impl FnMut(&Self, Question<'_>),
    ) -> Result<(), ListError> {
        for view in (0..self.nodes.len() as u32).map(ViewId) {
            let buffers = (&mut self.truths, &mut self.keys, &mut self.numbers);
            let (mut truths, mut keys, mut numbers) =
                (std::mem::take(buffers.0), std::mem::take(buffers.1), std::mem::take(buffers.2));
            truths.clear();
            keys.clear();
            numbers.clear();
            let operator = &self.nodes[view.0 as usize].operator;
            let (width, count) = (operator.width(), operator.numbers());
            let is_asked = !matches!(self.nodes[view.0 as usize].operator, Operator::Window(_));
            self.fill(view, list)?;
            for entry in self.changed(view, list)?.dirty().filter(|_| is_asked) {
                let (mut is_so, first_key, first_number) = (false, keys.len(), numbers.len());
                keys.resize(first_key + width, 0);
                numbers.resize(first_number + count, 0.0);
                let (item, keys, numbers) =
                    (entry.item(), &mut keys[first_key..], &mut numbers[first_number..]);
                answer(self, Question { view, item, is_so: &mut is_so, keys, numbers });
                truths.push(is_so);
            }
            let answers = match &self.nodes[view.0 as usize].operator {
                Operator::Filter(_) => Answers::Truths(&truths),
                Operator::Map(_) | Operator::Sort(_) | Operator::Distinct(_) => Answers::Keys(&keys),
                Operator::Window(_) => Answers::Nothing,
                Operator::Group(_) => Answers::Grouped(&keys, &numbers),
                Operator::Fold(_) => Answers::Numbers(&numbers),
            };
            let told = self.apply(view, answers, list, texts).map(|_| ());
            (self.truths, self.keys, self.numbers) = (truths, keys, numbers);
            told?;
        }
        Ok(())
    }

    /// The item at an index of a view or of the list.
    pub fn item(&self, of: Input, index: u32, list: &List) -> Option<Item> {
        item(&self.nodes, of, index, list)
    }

    /// Puts the rows of all items of a view or of the list behind others, in order: each step from a view to its input is one pass.
    /// Of a fold there are none.
    pub(crate) fn rows(&self, of: Input, list: &List, into: &mut Vec<u32>) {
        let Input::View(view) = of else { return into.extend_from_slice(list.rows()) };
        // One that was not told of anything yet has none.
        let Some(node) = self.nodes.get(view.0 as usize).filter(|node| node.next != Next::First) else {
            return;
        };
        let first = into.len();
        match &node.operator {
            Operator::Filter(filter) => self.shown_rows(filter, node.input, list, into),
            Operator::Distinct(distinct) => self.shown_rows(distinct.filter(), node.input, list, into),
            Operator::Map(_) => self.rows(node.input, list, into),
            Operator::Sort(sort) => into.extend_from_slice(sort.rows()),
            Operator::Window(window) => {
                self.rows(node.input, list, into);
                let start = window.source(0).map_or(into.len(), |source| first + source as usize);
                into.copy_within(start.., first);
                into.truncate(first + window.len() as usize);
            }
            Operator::Group(group) => into.extend_from_slice(group.rows()),
            Operator::Fold(_) => {}
        }
    }

    /// Puts those rows of an input behind others that a filter shows.
    fn shown_rows(&self, filter: &Filter, of: Input, list: &List, into: &mut Vec<u32>) {
        let first = into.len();
        self.rows(of, list, into);
        let mut end = first;
        for at in first..into.len() {
            into[end] = into[at];
            end += usize::from(filter.shows((at - first) as u32));
        }
        into.truncate(end);
    }

    /// The items of a view or of the list, in order. A view is as it was when it was told last.
    ///
    /// # Errors
    ///
    /// [`ListError::NoView`].
    pub fn items<'a>(
        &'a self,
        of: Input,
        list: &'a List,
    ) -> Result<impl Iterator<Item = Item> + 'a, ListError> {
        let len = match of {
            Input::List => list.len(),
            Input::View(view) => {
                let operator = self.get(view).filter(|operator| operator.delta().is_some());
                operator.ok_or(ListError::NoView { view: view.0 })?.len()
            }
        };
        Ok((0..len).filter_map(move |index| self.item(of, index, list)))
    }
}

fn changed<'a>(before: &'a [Node], node: &'a Node, list: &'a List) -> Result<&'a Delta, ListError> {
    match (&node.other, node.next, node.input) {
        (Some(other), Next::First | Next::All, _) => Ok(other),
        (_, _, Input::List) => Ok(list.delta()),
        (_, _, Input::View(view)) => changed_in(before, view),
    }
}

fn tell(
    before: &[Node],
    node: &mut Node,
    answers: Answers<'_>,
    list: &List,
    texts: &Texts,
) -> Result<(), ListError> {
    let Node { input: of, operator, next, other, is_live } = node;
    let input = match (&*other, *next, *of) {
        (Some(other), Next::First | Next::All, _) => other,
        (_, _, Input::List) => list.delta(),
        (_, _, Input::View(view)) => changed_in(before, view)?,
    };
    match (operator, answers) {
        (Operator::Filter(filter), Answers::Truths(truths)) => _ = filter.apply(input, truths)?,
        (Operator::Map(map), Answers::Keys(values)) => _ = map.apply(input, values)?,
        (Operator::Sort(sort), Answers::Keys(keys)) => _ = sort.apply(input, keys, texts)?,
        (Operator::Window(window), Answers::Nothing) => {
            _ = window.apply(input, |index| item(before, *of, index, list))?;
        }
        (Operator::Distinct(distinct), Answers::Keys(keys)) => _ = distinct.apply(input, keys, texts)?,
        (Operator::Group(group), Answers::Grouped(keys, numbers)) => {
            _ = group.apply(input, keys, numbers, texts)?;
        }
        (Operator::Fold(fold), Answers::Numbers(numbers)) => _ = fold.apply(input, numbers)?,
        (_, _) => return Err(ListError::WrongAnswers),
    }
    *next = Next::Changes;
    if !*is_live {
        *other = None;
    }
    Ok(())
}

fn changed_in(before: &[Node], view: ViewId) -> Result<&Delta, ListError> {
    let delta = before.get(view.0 as usize).and_then(|node| node.operator.delta());
    delta.ok_or(ListError::NoView { view: view.0 })
}

fn item(nodes: &[Node], of: Input, index: u32, list: &List) -> Option<Item> {
    let (mut of, mut index) = (of, index);
    loop {
        let Input::View(view) = of else { return list.get(index) };
        let node = nodes.get(view.0 as usize)?;
        index = match &node.operator {
            Operator::Filter(filter) => filter.source(index)?,
            Operator::Map(_) => index,
            Operator::Sort(sort) => return sort.get(index),
            Operator::Window(window) => window.source(index)?,
            Operator::Distinct(distinct) => distinct.source(index)?,
            Operator::Group(group) => return group.get(index),
            Operator::Fold(_) => return None,
        };
        of = node.input;
    }
}
