//! The long text of every code: what it means, an example, and the fix.

use super::Code;

/// What the code means, an example, and the fix.
#[expect(clippy::too_many_lines, reason = "a table of texts")]
pub(super) const fn text(code: Code) -> &'static str {
    match code {
        Code::Syntax => "\
The file is not JSON in the strict sense (RFC 8259). Often it is a comma too many or too few, a comment, a single
quote, a number such as `.5` or `0x10`, or the file was cut off while it was copied.

    {\"op\": \"add\", \"args\": [1, 2,]}        the last comma must go

Mend the place that is shown. Nothing else is checked until the text is JSON. Programs are usually not written by hand:
the builder of the Rust library writes them.",

        Code::Limit => "\
The input is larger than the reader takes: bytes, values, levels of nesting, rows of a table, or nodes that all steps
evaluate together. The limits are far above what a machine can show at 60 frames per second; they are there so that a
broken or hostile file cannot fill the memory or keep the loader busy for ever.

The message has the limit and what was found. Usually a generator has run wild: share equal nodes, and keep what
changes in channels instead of writing a node per value.",

        Code::More => "\
So many problems were found that the rest was only counted. One cause often has many effects: a wrong row near the top
of a table makes every row that points at it wrong.

Mend the first ones and check again; those that follow from them will be gone.",

        Code::DuplicateKey => "\
An object has the same key twice. JSON leaves open which of the two a reader takes, so two programs could read the same
file differently.

    {\"count\": 100, \"count\": 90}

Keep the one that is meant and remove the other.",

        Code::UnknownField => "\
A field has a name that this row does not have. Fields are never ignored, for a misspelt one would silently take its
default.

    {\"name\": \"dots\", \"capasity\": 200, ...}        did you mean `capacity`?

Correct the name or remove the field. `pavane schema` prints all tables with their fields.",

        Code::MissingField => "\
A field that has no default is missing from a row.

    {\"name\": \"dots\", \"count\": 100}        a domain also needs `capacity`

Add it. `pavane schema` prints which fields of a table are required.",

        Code::WrongKind => "\
A value is of another kind than expected: a string where a number stands, an array where an object stands, `null` where
there is no default.

    {\"op\": \"sin\", \"args\": \"3\"}        `args` is an array of numbers: [3]

The message has what was found and what was expected.",

        Code::UnknownName => "\
A name is none of those that are known in its place: an operation, a type, a storage class, a phase, a blend mode, a
shape.

    {\"op\": \"wave_sin\", \"args\": [4]}        did you mean `wave_sine`?

Names are in lower case with underscores. `pavane schema` lists all of them.",

        Code::NumberRange => "\
A number does not fit: it is negative, has a fraction or is too large where an index or a count stands, or it is beyond
what a 64-bit float holds.

    {\"domain\": -1}    {\"args\": [2.5]}    {\"f64\": [1e999]}

Indices, counts and ids are whole numbers from 0 to 4294967295. `3.0` and `3e0` are whole too.",

        Code::Format => "\
The document is JSON, but does not say that it is a pavane program, so nothing else in it was looked at.

    {\"format\": \"pavane-program\", \"version\": 1, ...}

Is it the right file? Other JSON cannot be read.",

        Code::Version => "\
The program is of a version of the format that this library does not read: it was written by a newer or a much older
one.

    {\"format\": \"pavane-program\", \"version\": 2, ...}

Write the program again with the library that is to run it, or update the library.",

        Code::Clip => "\
The clip says how a program is meant to be shown, and one of its numbers is out of range. The frame rate is a ratio above
0 and at most 1000000, the duration at least one flick, both sides of the size 1 to 16384 pixels.

    \"clip\": {\"frame_rate\": [30000, 1001], \"duration\": 7056000000, \"size\": [1920, 1080]}

A second has 705600000 flicks.",

        Code::Name => "\
A name is empty, longer than 256 characters, or has characters that cannot be seen (control characters, marks that turn
the direction of text). Such a name could not be told in a message or given on a command line. The name of a program
itself has only letters, digits, `_` and `-`, for files are named after it.

Give it a name that people can read.",

        Code::DuplicateName => "\
Two rows of a table have the same name. Hosts and tools look values up by name, and state is kept over an edit by its
key, so a name must lead to one row. Fields need different names only within one domain.

    \"slots\": [{\"id\": 0, \"name\": \"phase\", ...}, {\"id\": 1, \"name\": \"phase\", ...}]

Rename one of them.",

        Code::SlotOrder => "\
The ids of slots go up from row to row, so that a slot is found quickly and no two have the same id. Gaps are legal.

    \"slots\": [{\"id\": 0, ...}, {\"id\": 4, ...}, {\"id\": 2, ...}]        2 after 4

Sort the rows by id and give every slot an id of its own.",

        Code::ChannelDefault => "\
The default of a channel has as many numbers as its type has components, each in the type's range: any finite number for
floats, whole numbers for int and uint, 0 or 1 for bool.

    {\"name\": \"pointer\", \"type\": \"vec2\", \"default\": [0.5]}        a vec2 needs [0.5, 0.5]

Give one number per component.",

        Code::DomainSize => "\
A domain has a capacity of 1 to 16777216 elements (up to there every index is exact as a 32-bit float), and a count that
is not above it.

    {\"name\": \"dots\", \"capacity\": 200, \"count\": 300}

Raise the capacity, or lower the count. Memory is set aside for the whole capacity.",

        Code::Path => "\
A path is a string of verbs and a list of points. It starts with `M` (move); `M` and `L` (line) take one point, `Q`
(quadratic curve) two, `C` (cubic curve) three, `Z` (close) none. All points are finite.

    {\"name\": \"tip\", \"verbs\": \"MLLZ\", \"points\": [[0, -0.5], [0.5, 0.5], [-0.5, 0.5]]}

Make the number of points the one that the verbs take.",

        Code::Constant => "\
A constant is infinite or not a number. It would spread to everything that is computed from it, and nothing would be
drawn. A number can also become infinite because it is beyond the type: the largest f32 is about 3.4e38.

Use a finite constant; for \"as far as possible\" a large one such as 1e30 will do.",

        Code::Storage => "\
A type cannot live in that storage class. Floats and vectors live in f64 (signals) or f32 (fields and state per
element), int in i32, uint and bool in u32, shapes in object.

    {\"id\": 5, \"name\": \"clicks\", \"storage\": \"f64\", \"type\": \"int\", ...}        an int lives in i32

Change the storage class or the type.",

        Code::TwoWriters => "\
Every slot, field, state cell and pass is written by exactly one step of a frame. With two, the value would depend on
which of them ran last, and readers between them would see something else than readers after them.

    \"steps\": [{\"do\": {\"signal\": {\"slot\": 0, \"node\": 3}}, ...}, {\"do\": {\"signal\": {\"slot\": 0, \"node\": 7}}, ...}]

Combine both values in one node (`add`, `mix`, `select`, ...) and write that, or remove one of the steps.",

        Code::Stride => "\
How much room a row takes follows from its type, and what is written is something else. The stride is the number of
components (1, vec2 2, vec3 3, color 4); the size of a cell is the stride, times the length of its ring, times the
capacity of its domain.

    {\"key\": \"trail\", \"type\": \"vec2\", \"domain\": 0, \"size\": 200, ...}        2 x 200 = 400

Use the number in the message.",

        Code::Overlap => "\
Two rows lie in the same place of a store, so writing one would change the other.

    {\"name\": \"centre\", \"offset\": 1, \"stride\": 2, ...}
    {\"name\": \"radius\", \"offset\": 2, \"stride\": 1, ...}        `centre` takes rows 1 and 2

Let every row start where the one before it in the same storage class ends. Field buffers are counted over all domains.",

        Code::Unit => "\
A unit says what a float measures: seconds, turns, hertz, ... Ints, uints, bools and shapes are not measured in anything.

    {\"name\": \"clicks\", \"type\": \"int\", \"unit\": \"turn\", ...}

Leave the unit out, or make the value a float.",

        Code::Ring => "\
A ring holds the last values that were pushed into a state cell, at least 1 and at most 65536 of them.

    {\"key\": \"late\", \"ring\": {\"length\": 0}, ...}

A delay of one frame is a ring of length 1; for no delay, use the value itself.",

        Code::TypeNotAllowed => "\
A value of this type cannot be used in this place. Shapes are handles to the paths of the program: a host cannot give
one through a channel, state cannot hold one, and there are no constants of them.

Keep a number instead and choose between shapes with `select`.",

        Code::StoreLimit => "\
A row lies beyond the end of its store: 16777216 rows for slots and cells, 65536 field buffers. A store is as long as its
last row, so one large offset would set aside memory for nothing.

    {\"id\": 4, \"offset\": 4000000000, ...}

Count offsets up from 0 without gaps.",

        Code::NoSuchRow => "\
An index points at a row that is not there. All tables are counted from 0. Slots alone are named by their `id`, which is
not always the row, for ids may have gaps. A constant of several components takes that many entries of its pool.

    {\"op\": \"input\", \"index\": 9}        with two channels, 0 and 1

Correct the index, or add the row.",

        Code::Cycle => "\
A node depends on itself, so no order of evaluation gives it a value.

    node 8: add [9, 7]    node 9: select [6, 8, 5]        8 needs 9, and 9 needs 8

A loop is well defined where it crosses from one frame to the next. Read the value of the last frame from a state cell
(`cell`), and give the cell its next value with a `next` step.",

        Code::ArgumentLater => "\
The arguments of a node stand before it in the table, so one pass from the first to the last node evaluates everything.

    node 13: {\"op\": \"sin\", \"args\": [25]}

There is no cycle here: move the argument up, and renumber what points at the rows in between.",

        Code::Arity => "\
An operation has a fixed number of arguments, and the node has another one.

    {\"op\": \"mix\", \"args\": [1, 2]}        mix(a, b, t) takes 3

The help line says what the operation does with its arguments.",

        Code::ArgumentType => "\
An argument has a type that the operation does not take. Nothing is converted silently. A float goes with every
component of a vector; two vectors must have the same size.

    {\"op\": \"mul\", \"args\": [3, 7]}        with a float and an int: `mul` takes two of a kind

Convert it (`to_float`, `to_int`, `vec2`, `component`, ...), or use another value.",

        Code::MixedDomains => "\
Elements of two domains meet in one expression. The first element of one has nothing to do with the first of the other,
and the two need not even have the same number of them.

    position of `dots` + position of `stars`

Make one value of one of them with a `reduce` step (sum, mean, min, max) into a slot: a slot goes with every element of
any domain. The notes show where each domain comes in.",

        Code::MissingImmediate => "\
Beside its arguments an operation may need something that is fixed in the program: which constant, which slot, which
domain, what period.

    {\"op\": \"phase\"}        needs \"period\", in flicks

Add the field that the message names.",

        Code::ExtraImmediate => "\
A node has a field that its operation does not use. It is refused rather than ignored, because it usually means that
another operation was meant.

    {\"op\": \"add\", \"args\": [5, 7], \"period\": 5}        perhaps `phase`?

Remove the field, or use the operation that takes it.",

        Code::ImmediateRange => "\
A setting of a node is out of range: a period above 0, 1 to 16 octaves, a base from 2 to 36, a component below the
number of components of the argument, 0 or 1 for a bool.

    {\"op\": \"component\", \"index\": 2, \"args\": [4]}        a vec2 has components 0 and 1

Use a value in the range that the message names.",

        Code::CellKind => "\
State cells are of three kinds: one value (read by `cell`), a ring of frames (`delay`) and a timed ring of floats
(`delay_time`). The operation does not go with the kind of this cell. `fresh` goes with all of them.

    {\"op\": \"cell\", \"index\": 2}        where cell 2 has a \"ring\"

Use the other operation, or change the cell.",

        Code::NotUniform => "\
A value per element stands where there is room for one value: a slot, a state cell without a domain, a camera, the
background, some settings of a shape, the arguments of `affine_turns`, `affine_noise` and `delay_time`.

    {\"do\": {\"signal\": {\"slot\": 0, \"node\": 10}}}        where node 10 is the rank of an element

Write the values to a field and make one of them with a `reduce` step, or use a value that has no elements. The note
shows where the elements come in.",

        Code::EmptyRange => "\
The lower end of a constant range lies above its upper end, so no value is in it.

    clamp(x, 0.9, 0.5)

Swap the ends. Where the ends are not constants this is not an error: `clamp` then gives the lower end.",

        Code::ArgumentRange => "\
A constant argument is outside what makes sense: a grid of less than one column or row, a camera with a field of view of
half a turn or more, an extent of 0, a near end beyond the far one, or a dash of less than no length.

    {\"perspective\": {\"fov\": 33}}        where node 33 is 4.0 radians

Use a value in the range that the message names. Values that are computed are limited at run time instead.",

        Code::PhaseOrder => "\
Steps stand in the order in which they run, and phases run in a fixed order: signals, fields, passes, commit.

    {\"phase\": \"fields\", ...}, {\"phase\": \"signals\", ...}

Move the step to the others of its phase. A signal that needs a reduction of a field belongs into phase `fields`, after
the reduction.",

        Code::WrongPhase => "\
Each action belongs to a phase: `signal` to signals (or fields, where it depends on a reduction), `field` and `reduce` to
fields, `pass` to passes, `next` to commit.

    {\"phase\": \"commit\", \"do\": {\"pass\": {\"pass\": 1}}, ...}

Change the phase, and move the step to the others of that phase.",

        Code::TargetType => "\
A step writes a value into a slot, field or cell of another type. Nothing is converted silently.

    {\"do\": {\"signal\": {\"slot\": 1, \"node\": 0}}}        where slot 1 is a vec2 and node 0 gives a float

Write another node, convert the value first, or change the type of the target.",

        Code::TargetDomain => "\
A value has one entry per element of one domain, and is used for the elements of another. A field, a cell per element and
an attribute of a pass take values of their own domain, or one value for all elements.

    {\"do\": {\"field\": {\"field\": 2, \"node\": 24}}}        a field of `stars` from a value of `dots`

Use a value of the right domain, or a reduced one.",

        Code::ReadBeforeWrite => "\
A step reads a slot or field that only a later step writes, so at that point of the frame there is no value yet. Last
frame's value is never used silently.

    step 3 reduces `dots.size`, step 4 writes it

Move the writer up. If last frame's value is meant, keep it in a state cell and read the cell.",

        Code::NeverWritten => "\
A step reads a slot or a field that no step writes. It would not be zero, it would be nothing at all.

    \"steps\": []        and a pass whose colour reads slot `phase`

Add a step that writes it before the reader, or read something else.",

        Code::StepCycle => "\
Steps wait for one another: each reads what another one of them writes, so none can be the first.

    slot `left` = sin(slot `right`), slot `right` = cos(slot `left`)

The message prints the whole cycle. Break it where last frame's value will do: put that value into a state cell with a
`next` step and read it with `cell`.",

        Code::SignalReadsField => "\
A signal in phase `signals` reads a field. Fields are computed after signals, and they have a value per element where a
signal has one.

    slot `first` = field `dots.size` + 1

Reduce the field into a slot (`sum`, `mean`, `min`, `max`), and put signals that need the result behind it, in phase
`fields`.",

        Code::Declared => "\
A step lists what it reads and writes, so that tools and people see the schedule without following nodes. The list must
be the true one, in ascending order: channels, slots, cells, fields, passes, each by number. What nodes read counts,
however deep it lies; what an action writes is its target.

    {\"do\": {\"signal\": {\"slot\": 0, \"node\": 9}}, \"reads\": [], \"writes\": [{\"slot\": 0}]}        node 9 reads a channel

The help line has the right list where it is short.",

        Code::PassWithoutStep => "\
A pass stands in the table, but no step assembles it, so it would never be drawn.

    {\"phase\": \"passes\", \"do\": {\"pass\": {\"pass\": 1}}, \"reads\": [...], \"writes\": [{\"pass\": 1}]}

Add the step, or remove the pass.",

        Code::CellNeverCommitted => "\
This is a warning. A state cell is read, but no step gives it a next value, so it holds its initial value for ever.

    {\"op\": \"cell\", \"index\": 0}        and no {\"next\": {\"cell\": 0, ...}} in phase `commit`

Add a `next` step, or use a constant.",

        Code::Reduction => "\
A reduction (sum, mean, min, max) makes one value of all elements of a field. It is defined for floats and vectors of
floats, component by component, and the slot has the type of the field.

    reduce an int field into an int slot

Write a float field first, with `to_float`, `uint_to_float` or `bool_to_float`, and reduce that.",

        Code::Attribute => "\
An attribute of a pass, a camera or the background takes another type: a position is vec2 or vec3, a size float or vec2,
a colour color, the rest floats.

    {\"color\": 13}        where node 13 gives a float

Make a value of the right type: `hsv` and `color` make colours, `vec2` and `vec3` vectors.",

        Code::Sides => "\
A polygon has 3 to 1000 sides and a star 2 to 1000 tips.

    {\"shape\": {\"polygon\": {\"sides\": 2}}}

For something round use `circle` or `ellipse`; for a stroke between two points use `line`.",

        Code::PassSize => "\
Every pass says how large its elements are, in world units: a float or a vec2. Only a line has no size, for it runs
through the positions of the elements; how thick it is, is the width of its stroke.

    {\"shape\": {\"circle\": {}}, \"position\": 24, \"color\": 25}        needs \"size\"

Add or remove `size`.",

        Code::PassPaint => "\
A pass has neither a fill colour nor a stroke, so nothing of it could be seen.

    {\"shape\": {\"circle\": {}}, \"position\": 24, \"size\": 31}

Add `color`, `stroke` or both. To hide a pass for a while, give it `opacity` 0.",

        Code::NeedsDepth => "\
A perspective camera and drawing in order of depth need to know how near an element is, so its position has three
coordinates. `+z` points to the viewer.

    {\"order\": \"depth\", \"position\": 24}        where node 24 gives a vec2

Make the position a vec3, or use the orthographic camera and the order of indices.",

        Code::DuplicateSource => "\
The table of sources says where a node comes from in the text it was compiled from, and has a node twice. A message about
that node would not know which name and line to show.

    \"sources\": [{\"node\": 4, \"name\": \"centre\"}, {\"node\": 4, \"name\": \"middle\"}]

Keep one of the rows.",

        Code::DashOffset => "\
A stroke says how far into its pattern of dashes it starts, but has no dashes. The pattern is a vec2: the length of a dash
and the length of the gap after it, both in world units like the width.

    {\"color\": 27, \"width\": 16, \"dash_offset\": 16}        needs \"dash\"

Add `dash`, or remove `dash_offset`.",

        Code::Capacity => "\
A frame needed more than what was set aside when the engine was made: elements, field buffers, events, passes, ... The
engine allocates nothing while it runs, so there is no more. The last good frame stays as it was, and the next one may go
on.

The message has the name of the capacity, its limit and what was asked for. Raise that setting of `Capacity` where the
engine is made, or ask for less.",

        Code::WriterConflict => "\
At run time two writers gave one slot a value in the same frame. A program that is loaded is proved never to do that, so
one of them is a system of the host or a plug-in. The second value was not stored.

The message names the slot, both writers and the frame. Let the host write a channel instead, and combine both values in
the program.",

        Code::TimeWentBack => "\
A frame was asked for that lies before the last one. State moves forward only: what was integrated or delayed cannot be
taken back.

    frame 100, then frame 99

Start the engine anew and run to the frame that is wanted, or use the seek of the player, which does that.",

        Code::UnknownChannel => "\
The host set a channel that the program does not have. Names must match exactly.

    set \"Pointer\" where the program has `pointer`

`pavane inspect FILE` lists the channels of a program with their types and defaults. After a hot swap a channel may be
gone: ask the new program.",

        Code::ChannelValue => "\
The host gave a channel a value that does not fit it: another number of components, a float that is not finite, or a
number beyond the range of int or uint.

    a vec2 channel set to one number

Give one finite number per component, as the message says. The channel keeps the value it had.",

        Code::Seek => "\
The frame that was asked for cannot be reached: it starts later than 64 bits of flicks reach, which is 828 years after
frame 0.

    frame 18446744073709551614 at 60 frames per second

Ask for an earlier frame. Every one before that can be reached, forth and back.",

        Code::Memory => "\
All memory is taken before the first frame, and together it would be more than the limit: the tables of the engine
(elements times buffers, rings of state), and what a picture takes (the canvas, and the pictures that wait for the
encoder). Nothing was allocated, and nothing was written.

The message names the largest of the buffers and how much all of them take. `pavane` stops at a quarter of the machine's
memory, or at what `--memory-limit` says: `--memory-limit 8GiB`. An engine in a host stops at
`EngineSettings::memory_limit`, which is the same on every machine. Fewer elements, fewer named values per element, shorter
delays and a smaller canvas take less.",

        Code::Setting => "\
An engine was made with a setting that makes no sense: no threads to be had, or an aspect that is no ratio above 0.

    EngineSettings { aspect: Some(0.0), .. }

The message names the setting and what would be right. The program is not at fault.",

        Code::InputTable => "\
A table of inputs, as `--inputs FILE` reads it, has a cell, a column or a line that cannot be understood. The place is
shown: file, line and column.

    time,pointer.x,pointer.y,pointer_down
    0,0.5,0.5,false
    0.25,0.7,0.4,true

One column is `time` in seconds, or `frame`, counted in frames of the program's own rate; rows ascend in it. The others are
inputs by name: a vector has a column for each of `.x`, `.y`, `.z`, a colour for `.r`, `.g`, `.b`, `.a`, or one column of
values as a patch writes them. An empty cell says nothing. A file of JSON objects, one a line, has the same names as keys;
vectors may be arrays there.",

        Code::File => "\
A file or folder could not be opened, read, written or made. The message has the name and what the system said.

Does it exist? Is the name relative to another folder than you think? May this user read or write it? Is the disk full?
Text files are UTF-8: a program or a patch in another encoding cannot be read either.",

        Code::OutputIsInput => "\
The file that was to be written is one that it is made of: the patch, a file that it uses, or a file of inputs. Writing
would destroy it, so nothing was written. It may go by another spelling, or by a link that leads to it.

    pavane compile spiral.pav -o spiral.pav      name the program: -o spiral.json

A numbered sequence counts too, when one of its frames has the name of an input. Name another output.",

        Code::TooManyPictures => "\
The clip has more than a million pictures, or more than 16 TB of pixels before they are compressed. Mostly a duration or a
rate is not what was meant: `rate: 100000`, a duration in seconds that was thought of as milliseconds.

    pavane render long.pav -o long.gif --frames 0..3600       the first minute of 60 frames per second

Say with --frames which pictures you want, also where you do want all of them: the message has their number. A lower --fps
makes fewer of the same clip, a lower --size smaller ones.",

        Code::HistoryDamaged => "\
Bytes of FILE.history do not match their checksums. `pavane history FILE log` names the revisions that are damaged, and those
that depend on them; all others are read. What was being written when a process was killed is left out without a word.",

        Code::HistoryStep => "\
There is nothing to undo or to redo here, or no revision is called so: four or more digits of one, or a name from `branch`.",

        Code::MergeConflict => "\
Since their common revision, both branches changed the same definition, each in its own way; the message names it and both.
A merge takes what only one of them changed. Keep one side with --ours or --theirs, or edit one of them first.",

        Code::Builder => "\
A call of `Builder` does not fit: an operation with arguments of types it does not take, elements of two domains in one
expression, a pass without a position, a duration that is not above 0. The builder remembers the mistake and goes on, so
that `finish()` can report all of them at once.

The message names the operation and the types it was given. Mend the call in the code that builds the program.",

        Code::UnexpectedToken => "\
Something stands where the language has something else: a value is missing, a comma, a `then`, an operator that only
other languages have.

    radius: 0.3         a definition is written `radius = 0.3`; `:` is for entries and arguments
    a < b < c           comparisons are not chained: a < b and b < c

The message has what was found and what was expected, the help line how to write it. Reading goes on behind the mistake,
so the others of the file are shown too.",

        Code::BadToken => "\
A character, number, colour or text cannot be read. Names have the letters a to z and A to Z, digits and `_`. Behind a
number stands nothing or one of the units s ms turn deg rad hz. Colours have 3, 4, 6 or 8 hexadecimal digits. Texts stand
between straight double quotes.

    cycle(12sec)        the unit is `s`: cycle(12s)
    #12345              one digit too many or too few

Text that comes from a word processor often has other quotes and minus signs: write `\"` and `-`.",

        Code::Unclosed => "\
A `(`, `[`, `{`, text or comment has no end, has another end than it needs, or something is closed that was never opened.
The note shows where it begins. Where a closing bracket is missing follows from the lines behind it and how they are
indented, so the place that is shown is a good guess, no more.

    draw circle { position, size: mix(0.1, 0.2, rank }        the `)` of `mix(` is missing

Texts end on the line on which they begin. Comments nest: each `/*` needs a `*/` of its own.",

        Code::TooDeep => "\
An expression or block has more than 100 levels of brackets, prefixes and `if`s inside one another. That is more than anyone
writes by hand; the limit is there so that a generated or hostile file cannot exhaust the stack. Sums, products and the like
may have any number of terms, and an `if` any number of `else if`, for they are not inside one another.

    a = f(f(f(f(...))))        hundreds of calls

Give parts of it names: `inner = ...`, `a = f(inner)`.",

        Code::NewLine => "\
Two statements stand on one line with nothing between them. Both are read as they are meant, but a patch is clearer, and
a later mistake in it easier to find, when every statement begins on a line of its own.

    a = 1 b = 2         write a line break, or `a = 1; b = 2`

Inside of a block that is a value, `{ a = 1  b = a * 2  a + b }`, nothing is needed between definitions.",

        Code::NotYet => "\
This part of the language has its words and signs reserved, so that patches that are written today stay valid, but this
version does not have it: `event name`, `on name { ... }`, `value ~ slew(...)`.

    event click                 for now: input click: bool momentary
    x = target ~ slew(360ms)    for now: x = lag(target, 120ms)

The help line has what can be used instead. `event` and `on` are ordinary names where a `=` follows.",

        Code::Misplaced => "\
A statement stands where it has no meaning. In the braces of a domain are definitions, `state`, `next`, `combine` and
`draw`, for these exist once per element. What exists once per patch (`use`, `param`, `input`, `fn`, `camera`,
`background`, `clip` and other domains) stands outside. In a block that is a value are only definitions and its result.

    domain dots[100] {
        param radius = 0.2      move it before `domain`: every element sees it there
    }

Move the statement out of the braces.",
        Code::UnknownValue => "\
A name is read, and nothing defines it: not this file, not the domain block it stands in, and not the language. The help
line names what is written nearly the same. A value of a domain is read from outside with the domain's name before it.

    phase = cycle(4s)                      phase = cycle(4s)
    background = hsv(phse, 1, 1)           background = hsv(phase, 1, 1)

Correct the name, or define it: `phse = ...`. The order does not matter; a definition may stand below its use.",

        Code::UnknownFunction => "\
A call names a function that neither the language nor this file has. Functions of one kind share a first word: `wave.`,
`ease.`, `noise.`, `palette.`, `layout.`

    y = sine(cycle(4s))                    y = wave.sine(cycle(4s))

Correct the name, or define the function: `fn sine(phase) = ...`. A function of a used file is called with that file's
name before it: `ring.helper(x)`.",

        Code::UnknownMember => "\
What stands before the point has no such part. A vec2 has `.x .y`, a vec3 `.x .y .z` and both any two or three of them,
such as `.yx`; a color has `.r .g .b .a`. A domain has its values and `index rank count id`, a used file what it defines.

    p = (0.2, 0.8)                         p = (0.2, 0.8)
    height = p.z                           height = p.y

The message says what the value is, the help line which parts it has.",

        Code::Redefined => "\
One name stands for one thing in its file or its domain block, so a second definition of it is a mistake. The same goes
for the second `next` of a state, the second `background` or `clip`, parameters of one name, and two draws `as` one label.

    wind = 0.1                             combine sum wind
    wind = 0.2                             wind = 0.1
                                           wind = 0.2

Rename or remove one of them. Where both are meant to count, `combine` says how they become one value: `sum`, `mean`, `min`,
`max`, `mul`, `first`, `last` or `over`.",

        Code::ReservedName => "\
Some names mean something by themselves wherever they stand: `time dt frame seed pi tau golden_ratio golden_angle` and, for
elements, `index rank count id`. They cannot be defined anew, for a patch would read differently from what it does.

    count = 40                             dot_count = 40
    domain dots[count] { ... }             domain dots[dot_count] { ... }

Choose another name.",

        Code::NotAValue => "\
A name stands where a value is needed and means a domain, a used file or a camera.

    domain dots[9] { x = rank }            domain dots[9] { x = rank }
    middle = mean(dots)                    middle = mean(dots.x)

Name one of the values in it: `dots.x`, `ring.radius`. A camera is only named in a draw: `camera: side`.",

        Code::OutsideDomain => "\
`index`, `rank`, `count`, `id` and the layouts belong to an element, and this stands outside of every domain,
where there is none.

    size = 0.1 * rank                      domain dots[9] { size = 0.1 * rank ... }

Move it into a `domain` block, or name whose it is: `dots.rank`. A function of the patch may use them when a domain calls it.",

        Code::UnknownWord => "\
A setting is chosen by one of a few words, and this is none of them: `blend`, `cap`, `join`, `order`, the `in:` of `mix`, the
way of a `combine`, the kind of a camera, the name of a type.

    draw circle { ... blend: additive }    draw circle { ... blend: add }

The help line lists the choices. They are words and not values, so they cannot be computed or stand in quotes.",

        Code::MissingArgument => "\
A call leaves out an argument that has no default.

    c = hsv(rank, 0.8)                     c = hsv(rank, 0.8, 1)

The help line shows what the function takes; what has a `=` there may be left out. Arguments go by their order or by name:
`hsv(hue: rank, saturation: 0.8, value: 1)`.",

        Code::ExtraArgument => "\
A call gives an argument that the function does not take: one too many, or one under a name that is none of its parameters.

    c = hsv(rank, 0.8, 1, opacity: 0.5)    c = hsv(rank, 0.8, 1, alpha: 0.5)

The help line shows what it takes. What a draw looks like is not given to the shape but between the braces:
`draw circle { size: 0.1 ... }`.",

        Code::RepeatedArgument => "\
An argument, an attribute or a setting is given twice, so that one of the two would count for nothing.

    draw circle { size: 0.1 ... size }     draw circle { size: 0.1 ... }

Remove one of them. By order and by name is twice, too: in `clamp(x, 0, low: 0.1)` both are `low`.",

        Code::NeedsConstant => "\
Something has to be known before the first frame: how many elements a domain has, a period, the points of a path, the number
of a polygon's sides, the default of an input. This value is worked out anew in every frame.

    phase = cycle(1s + time)               phase = cycle(3s)

Use numbers, names of numbers, `param`s and arithmetic with them. For a period that changes, let a rate run: `phasor(0.5hz)`.",

        Code::OutOfRange => "\
A constant is outside what makes sense there: a number of elements below 0, a period of 0, a polygon of two sides, an opacity
of 2, a fraction where a whole number is needed, a clip of no size, a path that cannot be read. Shares and the components of
colours go from 0 to 1.

    phase = cycle(0s)                      phase = cycle(500ms)
    draw polygon(sides: 2) { ... }         draw polygon(sides: 3) { ... }

The message has the value and the range. Values that are worked out while it runs are limited instead.",

        Code::FewCells => "\
A grid has a cell for each of `columns * rows` elements, and the domain has more. Those beyond go on in further rows, below
the box of the grid and so often below the picture.

    domain dots[120] { position = layout.grid(10, 10) }
    domain dots[120] { position = layout.grid(12, 10) }

Give the grid as many cells as there are elements, or have fewer elements. One name for both keeps them together:
`n = 12`, `domain dots[n * n]`, `layout.grid(n, n)`.",

        Code::Recursion => "\
A function calls itself, directly or through others. Functions are written into their callers, so that would never end.

    fn fall(y) = fall(y - 0.1)             state y = 1
                                           next y = y - 0.1

What goes on from frame to frame is a `state`; what is done for many things is a `domain`.",

        Code::WrongType => "\
A value has another type than is taken there. Only what cannot lose anything is converted silently: an int to a float, digits
to an int, a time, phase or frequency to the plain number it is.

    draw circle { position: 0.5 ... }      draw circle { position: (0.5, 0.5) ... }

The message says what was found and what is expected, the help line how to get from one to the other.",

        Code::Operands => "\
An operator or a function is given values that cannot be combined: a vec2 and a vec3, a color and a vector, a bool in a sum,
two vectors compared by `<`.

    p = (0.5, 0.5) + (0, 0, 1)             p = (0.5, 0.5, 0) + (0, 0, 1)
    n = (x > 0.5) + 1                      n = (if x > 0.5 then 1 else 0) + 1

Both places are shown with what is there. A plain number goes with everything, component by component.",

        Code::Branches => "\
Both branches of an `if` give the value of the whole, so they have one type and one unit.

    c = if on then #f80 else 0             c = if on then #f80 else #000
    p = if on then (1, 2, 3) else (0, 0)   p = if on then (1, 2, 3) else (0, 0, 0)

Make the branches alike. `if` chooses between values only; to draw or not to draw, give a size or an alpha of 0.",

        Code::PhaseSum => "\
A phase is a place in a cycle. Two places have no sum, as two dates have none; adding them is nearly always a mistake.

    a = cycle(2s) + cycle(3s)              a = cycle(2s) + scalar(cycle(3s))

Shift a phase by a plain number of cycles (`phase + 0.25`), or say with `scalar` that one of them is meant as that. Two
phases may be subtracted: what lies between them is a plain number.",

        Code::UnitMismatch => "\
Two units do not go together here: an angle and a plain number, an angle and a time. An angle counts in no unit of its own
until it is divided by one, so that no one has to remember whether degrees, radians or turns are meant.

    spin = 90deg + time                    spin = 90deg + time * 0.2turn
    steps = 90deg * 45deg                  steps = 90deg / 45deg

Multiply plain numbers by `1turn`, `1deg` or `1rad`, and divide angles by them. Phases, times and frequencies become plain
numbers (cycles, seconds, hertz) by themselves.",

        Code::NeedsUnit => "\
A plain number stands where a time or an angle is needed, and nothing says in which unit it counts.

    phase = cycle(4)                       phase = cycle(4s)
    draw rect { rotation: 90 ... }         draw rect { rotation: 90deg ... }

Write the unit behind the number (`s`, `ms`, `turn`, `deg`, `rad`, `hz`), or multiply by it: `n * 1s`. A rotation that follows
a phase is `phase * 1turn`.",

        Code::TwoDomains => "\
An expression mentions elements of two domains. It has one value per element, but of which? The message shows where both come
in.

    domain dots[9] { x = rank }
    domain bars[4] { y = dots.x + rank }   domain bars[4] { y = mean(dots.x) + rank }

Make one value of the elements of one domain (`mean`, `sum`, `min`, `max`), or let both be worked out inside one domain.",

        Code::NotPerElement => "\
`sum`, `mean`, `previous`, `next` and `neighbor` go over the elements of a domain, and so do `min` and `max` of one argument.
This value is the same for all elements, so there is nothing to go over.

    widest = max(0.3)                      widest = max(dots.size)

Name a value of a domain. For the larger of two numbers give both: `max(a, b)`.",

        Code::PerElement => "\
One value is needed, and this has one per element: the background, a setting of a camera, a `state` outside of a domain, the
shape of a path.

    background = hsv(dots.rank, 1, 1)      background = hsv(mean(dots.rank), 1, 1)

Reduce it with `mean`, `sum`, `min` or `max`, or use a value that all elements share. A `state` that each element has for
itself stands inside the domain block.",

        Code::NoStateBetween => "\
Values of one frame are worked out from one another, and these go round in a circle, so that none of them could be the first.
The message prints the circle.

    x = y * 0.5                            state x = 0
    y = x + 0.1                            next x = y * 0.5
                                           y = x + 0.1

Let one of them remember: reading a `state` gives what the last frame left, so a circle through its `next` is none. The number
of a domain's elements cannot depend on the elements at all.",

        Code::StateWithoutNext => "\
A state never gets a next value, so it would keep its first one for ever.

    state level = 0                        state level = 0
                                           next level = level + dt * 0.1

Add the `next`, in the same block as the `state`. What does not change is no state: write `level = 0`.",

        Code::NextWithoutState => "\
`next` gives a state its value for the next frame, and there is no state of this name in this block.

    level = 0                              state level = 0
    next level = level + 0.1               next level = level + 0.1

Begin the state in the same block. What is worked out anew in every frame needs no `next`: `level = time * 0.1`.",

        Code::StateType => "\
A state keeps the type and the unit that it begins with, and its next value has another one.

    state p = 0                            state p = (0, 0)
    next p = (time / 4s, 0.5)              next p = (time / 4s, 0.5)

Begin it as what it becomes. `state spin: angle = 0turn` says the type as well, so that it cannot change by accident.",

        Code::SpringWords => "\
A spring is given in one of two ways: by `stiffness` and `damping`, as physics has it, or by how often it would swing in a
second, its `frequency` (or its `response`, which is 1 / frequency), and its `bounce`.

    x = spring(goal, stiffness: 120)       x = spring(goal, stiffness: 120, damping: 14)
    x = spring(goal, 120, bounce: 0.2)     x = spring(goal, response: 0.5s, bounce: 0.2)

Both ways give the same springs: with frequency f and bounce b, the stiffness is (tau f)² and the damping 2 (1 - b) tau f.
Without a bounce it is 0, which goes to its target as fast as can be without going past it.",

        Code::UnknownAttribute => "\
A draw, a camera or the clip has no attribute of this name, or the shape cannot have it: a line has no size.

    draw circle { ... radius: 0.1 }        draw circle { ... size: 0.2 }

The help line names what is meant or lists what there is. Parameters of a shape stand between parentheses instead:
`draw polygon(sides: 5) { ... }`.",

        Code::MissingAttribute => "\
A shape lacks what it cannot be drawn without: a `position`, a `size` (not of a line), and a `color` or a `stroke` with its
`stroke_width`. What belongs to an outline, such as `trim`, needs a `stroke`.

    draw circle { position: (0.5, 0.5), color: #fff }
    draw circle { position: (0.5, 0.5), size: 0.1, color: #fff }

Nothing is assumed silently, for what is drawn should be there to be read and changed. Add what the message names.",

        Code::UnknownShape => "\
Behind `draw` stands the shape: circle, ellipse, rect, polygon, star, path or line.

    draw square { ... }                    draw rect { ... }

The help line names the nearest one. Outlines of your own are drawn by `draw path(outline) { ... }`, with
`outline = path(\"M 0 0 L 0.5 0 ...\")`, `polyline` or `bezier`.",

        Code::PathOutside => "\
An element is the box from -0.5 to 0.5, which its `size` scales, and so a path that it draws is meant to lie there. This one
lies beside that box or is far larger: it was probably drawn in units of its own, as icons are, and would be seen many times
too large or not at all.

    icon = path(\"M 2 12 H 22 M 12 2 V 22\")
    icon = path(\"M 2 12 H 22 M 12 2 V 22\", fit: 24)

Say by `fit` what is to fill the box: `fit: 24` or `fit: (24, 16)` a view box from 0 to there, `fit: \"0 -960 960 960\"` the
view box of an SVG file, `fit: yes` the box around the outline itself. Paths that reach somewhat beyond their element are
drawn whole, and nothing is said about them.",

        Code::UseFile => "\
A file that is used cannot be had: there is none of this name, it is no text, or it is no regular file but a folder, a pipe
or a device. Files are looked for from the folder of the patch on, whichever file uses them.

    use \"rings.pav\" as ring        use \"ring.pav\" as ring

Check the name, and whether large and small letters are the same. The message has what the system said.",

        Code::UseCycle => "\
Files use one another in a circle. Each use makes what is in the file anew, so that would never end.

    a.pav: use \"b.pav\" as b
    b.pav: use \"a.pav\" as a

Put what both need into a third file, and use that in both. Values go into a used file as its parameters:
`use \"b.pav\" as b { radius: 0.3 }`.",

        Code::UnknownParameter => "\
Between the braces of a `use` stand values for the parameters of that file, and it has no `param` of this name.

    use \"ring.pav\" as ring { raduis: 0.3 }
    use \"ring.pav\" as ring { radius: 0.3 }

The help line names what the file has. Only what it declares with `param` can be given: `param radius = 0.2`.",

        Code::PatchTooLarge => "\
A patch is larger than the compiler takes: a file of more than 4 MiB, more than 16 MiB in all files together, more than
1000 files or uses, files that use files more
than 16 deep, a function of more than 100 parameters, or expressions, those of functions counted for every call, more than
a million.

    fn a(x) = b(x) + b(x)        fn b(x) = c(x) + c(x)        fn c(x) = ...        doubles with every line

Give parts names of their own: a name is worked out once, a function once for every call. Use files less often, and pass a
value in instead.",

        Code::UseOutside => "\
A used file lies outside of the folder of the patch: its name begins at the root, leads out of the folder by `..`, or is a
link to somewhere else. A patch that came from others could otherwise make its reader open any file of the machine.

    use \"/home/me/ring.pav\" as ring        use \"ring.pav\" as ring

Put the file into the folder of the patch. Where the files are your own, `--allow-outside` lets the patch use them; what is
wrong in such a file is then told by line and column, without showing its text.",

        Code::UnknownSetting => "\
`--set name=value` gives a value to a `param` of the patch that is named, or to an `input` of the program, and there is
neither of this name. Parameters of used files are given by the patch that uses them.

    pavane render dots.pav -o dots.png --set radus=0.3        --set radius=0.3

The help line names what is meant, or lists what there is. Other values are no settings: make one a setting by writing
`param radius = 0.2` instead of `radius = 0.2`. A program in JSON has inputs only.",
    }
}
