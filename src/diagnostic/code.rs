//! The list of codes. A code never changes its meaning; one that is no longer used is not given to anything else.

use std::fmt;

use super::explain;

macro_rules! codes {
    ($( $variant:ident $name:literal $title:literal; )*) => {
        /// Which kind of problem. `E00xx` reading, `E01xx` checks of a program, `E02xx` run time, `E03xx` files,
        /// `E04xx` the builder, `E05xx` patches: `E050x` how they are written, `E051x` names, `E052x` calls, `E053x`
        /// types, units and elements, `E054x` state, `E055x` drawing, `E056x` files and size.
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

    // Run time.
    Capacity "E0201" "A capacity is exceeded.";
    WriterConflict "E0202" "Two writers gave one slot a value in the same frame.";
    TimeWentBack "E0203" "Time went back.";
    UnknownChannel "E0204" "There is no such channel.";
    ChannelValue "E0205" "A value does not fit its channel.";
    Seek "E0206" "A frame cannot be reached.";

    // Files.
    File "E0301" "A file cannot be read or written.";

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
    // Patches: state.
    NoStateBetween "E0541" "Values depend on themselves and no state lies between.";
    StateWithoutNext "E0542" "A state never gets a next value.";
    NextWithoutState "E0543" "A next value is given to something that is not a state.";
    StateType "E0544" "A next value has another type than its state.";
    SpringWords "E0545" "A spring is not given by one set of words.";
    // Patches: drawing.
    UnknownAttribute "E0551" "There is no such attribute.";
    MissingAttribute "E0552" "A shape cannot be drawn without this attribute.";
    UnknownShape "E0553" "There is no such shape.";
    // Patches: files and size.
    UseFile "E0561" "A used file cannot be read.";
    UseCycle "E0562" "Files use one another in a circle.";
    UnknownParameter "E0563" "A used file has no such parameter.";
    PatchTooLarge "E0564" "A patch is larger than the compiler takes.";
}

impl Code {
    /// The code of a name, in upper or lower case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name))
    }

    /// The way out where the place of a problem knows none of its own.
    pub(super) const fn way_out(self) -> Option<&'static str> {
        Some(match self {
            Self::UnknownField | Self::UnknownName | Self::WrongKind | Self::NumberRange => {
                "`pavane schema` prints what stands where"
            }
            Self::MissingField => "add it; `pavane schema` prints which fields a row needs",
            Self::Limit => "share what is equal: programs that people write stay far below this",
            Self::Clip | Self::ChannelDefault | Self::DomainSize | Self::Ring | Self::Sides => {
                "use a value in that range"
            }
            Self::ImmediateRange | Self::ArgumentRange => "use a value in that range",
            Self::Name => "give it a name that people can read",
            Self::Path => "a path is verbs such as `MLLZ` and the points they take",
            Self::Stride => "write what was expected: it follows from the type",
            Self::TypeNotAllowed => "keep a number and select the shape with it",
            Self::NoSuchRow => "rows are counted from 0: correct the number, or add the row",
            Self::WrongPhase => "change the phase, and move the step to the others of that phase",
            Self::TargetType => {
                "write a value of that type, convert it first, or change the type of the target"
            }
            Self::TargetDomain => "use a value of that domain, or reduce the other one to a slot",
            Self::Attribute => {
                "`hsv` and `color` make colours, `vec2` and `vec3` vectors, `component` floats"
            }
            Self::DuplicateSource => "keep one of them",
            _ => return None,
        })
    }

    /// What the code means, an example, and the way out.
    pub const fn explain(self) -> &'static str {
        explain::text(self)
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
        }
        assert_eq!(Code::from_name("e0110"), Some(Code::TwoWriters));
        assert_eq!(Code::from_name("E9999"), None);
    }
}
