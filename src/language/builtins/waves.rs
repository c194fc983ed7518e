//! Waves over a phase.

chapter! {
    "Waves",
    "Over a phase: one cycle for each whole number, from 0 to 1 and back, starting at 0.";

    "wave.sine" (phase: Cycles) -> Float, op WaveSine, "0 to 1 and back like a swing: 0.5 - 0.5 cos.",
        ["wave.sine(0.5)" => [1.0]];
    "wave.triangle" (phase: Cycles) -> Float, op WaveTriangle, "Up and down in straight lines.",
        ["wave.triangle(0.25)" => [0.5]];
    "wave.saw" (phase: Cycles) -> Float, op WaveSaw, "Up in a straight line, then back at once.", ["wave.saw(1.75)" => [0.75]];
    "wave.square" (phase: Cycles, duty: Float = 0.5) -> Float, op WaveSquare,
        "0, then 1 for the last share `duty` of the cycle.", ["wave.square(0.75)" => [1.0]];
}
