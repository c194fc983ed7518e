//! The list of codes. A code never changes its meaning; one that is no longer used is not given to anything else.

use std::fmt;

macro_rules! codes {
    ($( $variant:ident $name:literal $title:literal; )*) => {
        /// Which kind of problem. `E00xx` reading, `E01xx` checks of a program, `E02xx` run time and what is given to a run, `E03xx` files,
        /// `E04xx` the builder, `E05xx` patches: `E050x` how they are written, `E051x` names, `E052x` calls, `E053x`
        /// types, units and elements, `E054x` state, `E055x` drawing, `E056x` files and size, `E057x` artwork, images and fonts, `E058x`
        /// timelines and keys, `E059x` data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $( #[doc = $title] $variant, )*
        }

        impl Code {
            /// Every code, ascending.
            pub const ALL: &[Self] = &[$( Self::$variant, )*];

            /// The stable name, e.g. `E0110`.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// What it is, in a line.
            pub const fn title(self) -> &'static str {
                match self { $( Self::$variant => $title, )* }
            }

            /// What the code means, an example, and the fix: a file per code.
            pub const fn explain(self) -> &'static str {
                match self {
                    $( Self::$variant => include_str!(concat!("explain/", $name, ".md")).trim_ascii_end(), )*
                }
            }
        }
    };
}

codes! {
    // Reading.
    Syntax "E0001" "The text is not JSON.";
    Limit "E0002" "The input is larger than the reader takes.";
    More "E0003" "There are more problems than are shown.";
    DuplicateKey "E0004" "An object has a key twice.";
    UnknownField "E0005" "A field has an unknown name.";
    MissingField "E0006" "A required field is missing.";
    WrongKind "E0007" "A value is of another kind than expected.";
    UnknownName "E0008" "A name is none of those that are known here.";
    NumberRange "E0009" "A number is out of range.";
    Format "E0010" "The document is not a pavane program.";
    Version "E0011" "The program is of a version that is not read.";

    // Tables.
    Clip "E0101" "The clip's rate, duration or size is out of range.";
    Name "E0102" "A name is empty, too long or not printable.";
    DuplicateName "E0103" "Two rows have the same name.";
    SlotOrder "E0104" "Slot ids are not ascending.";
    ChannelDefault "E0105" "A channel's default does not fit its type.";
    DomainSize "E0106" "A domain's count or capacity is out of range.";
    Path "E0107" "A path's verbs and points do not fit together.";
    Constant "E0108" "A constant is not finite.";
    Storage "E0109" "A type cannot live in a storage class.";
    TwoWriters "E0110" "Two steps write the same thing.";
    Stride "E0111" "A stride or size is not what follows from the type.";
    Overlap "E0112" "Two rows lie in the same place.";
    Unit "E0113" "A unit stands on something that is not made of floats.";
    Ring "E0114" "A ring's length is out of range.";
    TypeNotAllowed "E0115" "A type cannot be used here.";
    StoreLimit "E0116" "A row lies beyond the end of its store.";
    Table "E0117" "The values of a table do not fit its type.";
    ImagePixels "E0118" "The pixels of an image cannot be read, or are not as many as its size says.";
    BundleFile "E0119" "A file that belongs to a program is not there, or is another one.";

    // Nodes.
    NoSuchRow "E0120" "An index or id points at nothing.";
    Cycle "E0121" "Values depend on themselves and no state lies between.";
    ArgumentLater "E0122" "An argument comes later than the node that uses it.";
    Arity "E0123" "An operation has another number of arguments.";
    ArgumentType "E0124" "An argument has another type than the operation takes.";
    MixedDomains "E0125" "Elements of two domains meet in one expression.";
    MissingImmediate "E0126" "A node lacks something its operation needs.";
    ExtraImmediate "E0127" "A node has something its operation does not know.";
    ImmediateRange "E0128" "A node's setting is out of range.";
    CellKind "E0129" "An operation reads a state cell of another kind.";
    NotUniform "E0130" "A value per element stands where one value is needed.";
    EmptyRange "E0131" "A range's lower end lies above its upper end.";
    ArgumentRange "E0132" "A constant argument is out of range.";
    LifeAtBirth "E0133" "The life of an element needs what is not known when it is born.";

    // Steps.
    PhaseOrder "E0140" "Steps are not in phase order.";
    WrongPhase "E0141" "A step is in a phase where it cannot run.";
    TargetType "E0142" "A value is written to something of another type.";
    TargetDomain "E0143" "A value belongs to another domain than its target.";
    ReadBeforeWrite "E0144" "A step reads what a later step writes.";
    NeverWritten "E0145" "A step reads what no step writes.";
    StepCycle "E0146" "Steps wait for one another and no state lies between.";
    SignalReadsField "E0147" "A signal reads a field.";
    Declared "E0148" "A step's `reads` or `writes` are not what it reads or writes.";
    PassWithoutStep "E0149" "No step assembles a pass.";
    CellNeverCommitted "E0150" "A state cell is read but never given a next value.";
    Reduction "E0151" "A field cannot be reduced.";

    // Passes and cameras.
    Attribute "E0160" "A value of a pass or camera has another type than it takes.";
    Sides "E0161" "A shape's number of sides or tips is out of range.";
    PassSize "E0162" "A pass has no size, or a line has one.";
    PassPaint "E0163" "A pass has neither a colour nor a stroke.";
    NeedsDepth "E0164" "A pass needs positions with three coordinates.";
    DuplicateSource "E0165" "A node has two sources.";
    DashOffset "E0166" "A stroke has an offset of dashes but no dashes.";
    LayerOrder "E0167" "Passes that are ordered together differ in their camera, or one of them is a line.";
    EventPayload "E0170" "What an event carries is read outside of reactions to it.";
    EventOrder "E0171" "An event is made to happen that cannot be.";
    SetTwice "E0172" "A state, or a column of a row, is set twice in one turn.";
    RowOutside "E0173" "A column of a row is read where no row is looked at.";

    // Run time.
    Capacity "E0201" "A capacity is exceeded.";
    WriterConflict "E0202" "Two writers gave one slot a value in the same frame.";
    TimeWentBack "E0203" "Time went back.";
    UnknownChannel "E0204" "There is no such channel.";
    ChannelValue "E0205" "A value does not fit its channel.";
    Seek "E0206" "A frame cannot be reached.";
    Memory "E0207" "More memory would be taken than the limit allows.";
    Setting "E0208" "A setting of an engine makes no sense.";
    InputTable "E0209" "A table of inputs cannot be read.";
    Elements "E0210" "Elements that a host gives do not fit their domain.";
    EventCircle "E0211" "Events make one another happen without end.";
    Log "E0212" "A log of a run cannot be read.";
    LogProgram "E0213" "A log is of another program.";
    Variants "E0214" "A table of variants cannot be rendered.";

    // Files.
    File "E0301" "A file cannot be read or written.";
    OutputIsInput "E0302" "An output is one of the files that it is made of.";
    TooManyPictures "E0303" "An output would be larger than anybody means.";
    HistoryDamaged "E0304" "A part of a history cannot be read.";
    HistoryStep "E0305" "A history does not take what it is asked to.";
    MergeConflict "E0306" "Two branches changed one definition in two ways.";

    // Builder.
    Builder "E0401" "A call of the builder does not fit.";

    // Patches: how they are written.
    UnexpectedToken "E0501" "Something else was expected here.";
    BadToken "E0502" "A character, number, colour or text cannot be read.";
    Unclosed "E0503" "A bracket, brace, parenthesis, text or comment is not closed.";
    TooDeep "E0504" "Expressions or blocks lie too deep inside one another.";
    NewLine "E0505" "A statement begins on the line of another.";
    NotYet "E0506" "This part of the language is reserved for a later version.";
    Misplaced "E0507" "A statement cannot stand here.";
    // Patches: names.
    UnknownValue "E0511" "No value has this name.";
    UnknownFunction "E0512" "No function has this name.";
    UnknownMember "E0513" "A value has no part of this name.";
    Redefined "E0514" "A name is defined twice.";
    ReservedName "E0515" "A name has a meaning of its own.";
    NotAValue "E0516" "A name means something that is not a value.";
    OutsideDomain "E0517" "Something that belongs to an element stands outside of a domain.";
    UnknownWord "E0518" "A setting has no such choice.";
    // Patches: calls.
    MissingArgument "E0521" "A call lacks an argument.";
    ExtraArgument "E0522" "A call has an argument that is not taken.";
    RepeatedArgument "E0523" "An argument or attribute is given twice.";
    NeedsConstant "E0524" "A value must be known before the first frame.";
    OutOfRange "E0525" "A constant is out of range.";
    Recursion "E0526" "A function calls itself.";
    FewCells "E0527" "A grid has fewer cells than there are elements.";
    // Patches: types, units, cardinality.
    WrongType "E0531" "A value has another type than is taken.";
    Operands "E0532" "Two values cannot be combined this way.";
    Branches "E0533" "The two branches of an `if` have different types.";
    PhaseSum "E0534" "Two phases are added.";
    UnitMismatch "E0535" "Two units do not go together.";
    NeedsUnit "E0536" "A number lacks its unit.";
    TwoDomains "E0537" "Elements of two domains meet in one expression.";
    NotPerElement "E0538" "A value per element was expected.";
    PerElement "E0539" "One value was expected, and this has one per element.";
    InFold "E0540" "A fold over the elements nearby cannot hold this, or stand here.";
    // Patches: state.
    NoStateBetween "E0541" "Values depend on themselves and no state lies between.";
    StateWithoutNext "E0542" "A state never gets a next value.";
    NextWithoutState "E0543" "A next value is given to something that is not a state.";
    StateType "E0544" "A next value has another type than its state.";
    SpringWords "E0545" "A spring is not given by one set of words.";
    NotAnEvent "E0546" "An event was expected.";
    // Patches: drawing.
    UnknownAttribute "E0551" "There is no such attribute.";
    MissingAttribute "E0552" "A shape cannot be drawn without this attribute.";
    UnknownShape "E0553" "There is no such shape.";
    PathOutside "E0554" "A path lies far outside of the box that its element is.";
    // Patches: files and size.
    MissingGlyph "E0555" "A text has characters that its font has not.";

    UseFile "E0561" "A used file cannot be read.";
    UseCycle "E0562" "Files use one another in a circle.";
    UnknownParameter "E0563" "A used file has no such parameter.";
    PatchTooLarge "E0564" "A patch is larger than the compiler takes.";
    UseOutside "E0565" "A used file lies outside of the folder of the patch.";
    UnknownSetting "E0566" "Neither a parameter nor an input has this name.";
    // Patches: artwork.
    ArtworkFile "E0571" "Artwork cannot be read.";
    ArtworkPart "E0572" "Artwork has something that is not drawn as it is meant.";
    // Patches: images.
    ImageFile "E0573" "An image file cannot be read.";
    ImageLook "E0574" "An image may look other than it is meant to.";
    // Patches: fonts.
    FontFile "E0575" "A font cannot be read.";
    FontAxis "E0576" "A font has not what is set of it.";
    FontOfSystem "E0577" "A font is one of this machine.";
    // Patches: timelines and keys.
    UnknownPart "E0581" "A timeline has no part of this name.";
    PartCircle "E0582" "Parts of a timeline begin after one another in a circle.";
    PartStart "E0583" "A part of a timeline begins before the timeline does, or too late.";
    KeyOrder "E0584" "A key is not later than the one before it.";
    KeyEasing "E0585" "The way to a key cannot be eased like this.";
    // Patches: data.
    DataFile "E0591" "A data file cannot be read.";
    DataColumn "E0592" "A data file has no column of this name.";
    DataCell "E0593" "A cell of a data file is no value of its column.";
    DataRow "E0594" "A row of a data file has another number of cells than the header.";
    DataKey "E0595" "Two rows of data have the same key.";
}

impl Code {
    /// The code of a name, in upper or lower case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name))
    }

    /// How to fix a problem whose place knows no help of its own. Every code has one, so that nothing is refused
    /// without a word on what to do.
    #[expect(clippy::too_many_lines, reason = "a table of texts")]
    pub(crate) const fn way_out(self) -> &'static str {
        match self {
            Self::Syntax => {
                "mend the text at that place: `pavane compile` writes programs that are good JSON"
            }
            Self::Limit => "share what is equal: programs that people write stay far below this",
            Self::More => "mend those above first: many may have one cause",
            Self::DuplicateKey => "keep the one that is meant",
            Self::UnknownField | Self::UnknownName | Self::WrongKind | Self::NumberRange => {
                "`pavane schema` prints what stands where"
            }
            Self::MissingField => "add it; `pavane schema` prints which fields a row needs",
            Self::Format => "give a patch (.pav), or a program that `pavane compile` wrote",
            Self::Version => "write the program anew from its patch, with the `pavane` that is to run it",
            Self::Clip
            | Self::ChannelDefault
            | Self::DomainSize
            | Self::Ring
            | Self::Sides
            | Self::ImmediateRange
            | Self::ArgumentRange
            | Self::OutOfRange => "use a value in that range",
            Self::Elements => "give each element an id of its own, and columns as long as there are ids",
            Self::LifeAtBirth => {
                "make it of numbers that are the same for all elements, of `id` and of `random`"
            }
            Self::Name => "give it a name that people can read",
            Self::DuplicateName | Self::Redefined => "rename one of them",
            Self::SlotOrder => "sort the rows by their id",
            Self::Path => "a path is verbs such as `MLLZ` and the points they take",
            Self::Constant => "use a finite number",
            Self::Storage => "use a storage class that the type can live in: floats in `f64`, ints in `i32`",
            Self::TwoWriters | Self::WriterConflict => "give each writer a slot of its own",
            Self::Stride => "write what was expected: it follows from the type",
            Self::Overlap => "move one of them behind the other",
            Self::Unit => "leave the unit out: only what is made of floats has one",
            Self::TypeNotAllowed => "keep a number and select the shape with it",
            Self::StoreLimit => "use smaller offsets: a store holds no more rows",
            Self::Table => "give each value as many numbers as its type has components",
            Self::ImagePixels => {
                "pixels are base64 of a zlib stream of four bytes each: red, green, blue, alpha"
            }
            Self::BundleFile => "copy the whole folder anew, or make the bundle anew",
            Self::ImageFile => "images are PNG, JPEG or WebP files that lie beside the patch",
            Self::ImageLook => "save it anew as a PNG, JPEG or WebP in sRGB colours",
            Self::NoSuchRow => "rows are counted from 0: correct the number, or add the row",
            Self::Cycle | Self::StepCycle | Self::NoStateBetween => {
                "let one of them remember: put a state cell between them"
            }
            Self::ArgumentLater => "write the argument before the node that uses it",
            Self::Arity => "give as many arguments as the operation takes: `pavane schema` names them",
            Self::ArgumentType => "convert the argument, or use another operation",
            Self::MixedDomains | Self::TwoDomains => {
                "read elements of one of the domains by an index, or reduce them to one value"
            }
            Self::MissingImmediate => "add what the operation needs",
            Self::ExtraImmediate => "remove what the operation does not know",
            Self::CellKind => "read plain cells with `cell`, rings with `delay` and `delay_time`",
            Self::NotUniform | Self::PerElement => "reduce it to one value: `mean`, `sum`, `min` or `max`",
            Self::EmptyRange => "exchange the two ends",
            Self::PhaseOrder => "sort the steps: signals, fields, passes, commit",
            Self::WrongPhase => "change the phase, and move the step to the others of that phase",
            Self::TargetType => {
                "write a value of that type, convert it first, or change the type of the target"
            }
            Self::TargetDomain => "use a value of that domain, or reduce the other one to a slot",
            Self::ReadBeforeWrite => "move the step that writes it before the one that reads it",
            Self::NeverWritten => "add a step that writes it, or read something else",
            Self::SignalReadsField => "reduce the field to a slot, and read that",
            Self::Declared => "declare what the step reads and writes, no more and no less",
            Self::PassWithoutStep => "add a step `{\"pass\": ROW}` in the passes phase, or remove the pass",
            Self::CellNeverCommitted => "add a step that gives it a next value, or use a constant",
            Self::Reduction => "only fields of floats and vectors are reduced: convert it first",
            Self::Attribute => {
                "`hsv` and `color` make colours, `vec2` and `vec3` vectors, `component` floats"
            }
            Self::PassSize => "give shapes a size, and lines a stroke width instead",
            Self::PassPaint => "give it a `fill` or a `stroke`",
            Self::NeedsDepth => "give positions a third coordinate with `vec3`, or leave the depth out",
            Self::DuplicateSource => "keep one of them",
            Self::DashOffset => "add the dashes, or remove the offset",
            Self::LayerOrder => {
                "give all of them the same camera, or other layers; a line is ordered by `index`"
            }
            Self::EventPayload => "let a reaction set a state, and read the state",
            Self::EventOrder => "pass events on to later rows whose source is `reactions`",
            Self::SetTwice => "let one reaction set it",
            Self::RowOutside => "read columns in views of the list and in what reactions do to its rows",
            Self::Capacity => "raise the setting that the message names, or make the program smaller",
            Self::TimeWentBack => "jump with `seek`, or ask for frames in ascending order",
            Self::EventCircle => "let one of them come `after` a time",
            Self::UnknownChannel => "`pavane inspect FILE` lists what there is",
            Self::ChannelValue => "give a finite value of the type that the message names",
            Self::Seek => "ask for an earlier frame",
            Self::Memory => {
                "make the program or the canvas smaller, or raise the limit with `--memory-limit`"
            }
            Self::Setting => "change the setting as the message says",
            Self::InputTable => {
                "columns are `time` (seconds) or `frame`, and inputs by name, of a vector `name.x` and `name.y`"
            }
            Self::Log => "`pavane record FILE -o LOG` writes a good one",
            Self::LogProgram => {
                "give the program that it was recorded of, with the same `--set`; `--anyway` replays what this one takes"
            }
            Self::Variants => {
                "a column sets the parameter or input of its name, and `{column}` in OUT is what a row has there"
            }
            Self::FewCells => "add columns or rows until every element has a cell",
            Self::PathOutside => "give the path a `fit`, so that its outline fills the box",
            Self::MissingGlyph => {
                "write it with characters that the font has: Latin, Greek and Cyrillic letters, digits and signs"
            }
            Self::OutputIsInput => "write to another name",
            Self::TooManyPictures => "choose fewer frames with `--frames A..B`, or a lower rate with `--fps`",
            Self::HistoryDamaged => "the rest can be read; `pavane history FILE log` names what is damaged",
            Self::HistoryStep => "`pavane history FILE log` lists the revisions",
            Self::MergeConflict => {
                "choose one side with `--ours` or `--theirs`, or write what both should be"
            }
            Self::SpringWords => "give a `stiffness` and a `damping`, or a `frequency` and a `bounce`",
            Self::File => "check the name, and whether it can be read",
            Self::Builder => "change the call as the message says",
            Self::UnexpectedToken | Self::BadToken => "mend the text at that place",
            Self::Unclosed => "close it",
            Self::TooDeep => "give an inner part a name: `part = ...`",
            Self::NewLine => "put it on a line of its own",
            Self::NotYet => "leave it out: it comes with a later version",
            Self::Misplaced => "move it to where such a statement may stand",
            Self::UnknownValue | Self::UnknownMember => "check the name, or define it",
            Self::UnknownFunction => "check the name: `pavane explain --words` lists every function",
            Self::ReservedName => "choose another name",
            Self::NotAValue => "name one of its values instead",
            Self::OutsideDomain => "move it into a `domain` block",
            Self::UnknownWord => "use one of the choices that there are",
            Self::MissingArgument => "add it: `pavane explain NAME` shows how a function is called",
            Self::ExtraArgument => "remove it: `pavane explain NAME` shows how a function is called",
            Self::RepeatedArgument => "remove one of them",
            Self::NeedsConstant => "use numbers, names of numbers and arithmetic with them",
            Self::Recursion => "use a `state` for what goes on from frame to frame",
            Self::WrongType | Self::Operands => "convert one of the values, or use another",
            Self::Branches => "give both branches a value of the same type",
            Self::PhaseSum => "take one of them as a number of cycles: `scalar(phase)`",
            Self::UnitMismatch => "bring both to one unit",
            Self::NeedsUnit => "say which unit: `2s`, `90deg`, `3hz`",
            Self::NotPerElement => "use a value of a domain",
            Self::InFold => "give it a name of its own in the domain, and use the name",
            Self::NotAnEvent => "make an event of it: `rise(x > 1)`, `changed(x)`, `every(500ms)`",
            Self::StateWithoutNext => "give it a next value: `next name = ...`",
            Self::NextWithoutState => "begin the state in the same block: `state name = 0`",
            Self::StateType => "give the state and its next value one type",
            Self::UnknownAttribute => "check the name: `pavane explain draw` lists what can be given",
            Self::MissingAttribute => "add it",
            Self::UnknownShape => "draw a circle, ellipse, rect, polygon, star, path or line",
            Self::UseFile => {
                "files are looked for in the folder of the patch that is run, whichever file uses them: check the name"
            }
            Self::UseCycle => "put what both need into a third file",
            Self::UnknownParameter => "give what the file declares with `param`",
            Self::PatchTooLarge => "make the patch smaller",
            Self::UseOutside => {
                "put the file into the folder of the patch, or allow it with `--allow-outside`"
            }
            Self::ArtworkFile => {
                "artwork is looked for in the folder of the patch; it is an SVG file in UTF-8"
            }
            Self::FontFile => {
                "fonts are TrueType or OpenType files, `.ttf`, `.otf` or `.ttc`, that lie beside the patch"
            }
            Self::FontAxis => "leave it out, or take a font that has it",
            Self::FontOfSystem => {
                "put its file beside the patch, and name that: `font title from \"Inter.ttf\"`"
            }
            Self::ArtworkPart => "change the file in the program that drew it",
            Self::UnknownPart => "check the name, or add the part: `logo: 600ms`",
            Self::PartCircle => "say when one of them begins: `at 0s`",
            Self::PartStart => "let it begin later",
            Self::KeyOrder => "write the keys in the order in which they are reached",
            Self::KeyEasing => "name an easing behind the value of a key that is not the first",
            Self::DataFile => {
                "data is looked for in the folder of the patch; it is .csv, .tsv, .json or .jsonl, in UTF-8"
            }
            Self::DataColumn => "check the name: the first line of a table has the names of its columns",
            Self::DataCell | Self::DataRow => {
                "mend it, or leave such rows out: `skip bad` behind the columns"
            }
            Self::DataKey => "choose rows of which each has another key, or another column",
            Self::UnknownSetting => "`--set` takes the `param`s and `input`s of the file",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ascending_and_explained() {
        assert!(Code::ALL.windows(2).all(|pair| pair[0].name() < pair[1].name()));
        for &code in Code::ALL {
            assert_eq!(Code::from_name(code.name()), Some(code));
            assert!(code.explain().len() > 150, "{code} is explained too briefly");
            assert!(code.title().ends_with('.'), "{code}");
            assert!(!code.way_out().is_empty() && !code.way_out().ends_with('.'), "{code}");
        }
        assert_eq!(Code::from_name("e0110"), Some(Code::TwoWriters));
        assert_eq!(Code::from_name("E9999"), None);
    }
}
