"""The wheel as its users have it: values, pictures, files, mistakes, threads, and every shipped patch by its pinned hashes.

    python -m unittest discover -s crates/pavane-python/tests
"""

import ast
import contextlib
import io
import json
import pathlib
import random
import re
import struct
import tempfile
import threading
import time
import unittest
import zlib

import numpy
import pavane

ROOT = pathlib.Path(__file__).resolve().parents[3]
PATCHES = ROOT / "assets" / "patches"

PATCH = """
    input pointer: vec2 = (0.5, 0.5)
    input many: int = 3
    input lit: bool = false
    input levels: float[4] = 0.5
    input name: text = "nobody"
    event click
    event drag: vec2
    event say: text
    state hits = 0
    state last = ""
    on click { hits = hits + 1 }
    on say { last = say }
    shown = "{name}: {hits} {last}"
    place = pointer
    domain dots[4] {
        draw rect {
            position: (rank, levels[index]), size: (0.1, 0.05 * many)
            color: if lit and shown != "" then #fff else #804020, stroke: #f00, stroke_width: 0.01
        }
    }
    draw circle { position: pointer, size: 0.2, color: #0000ff80 }
"""


def pinned():
    """Of every shipped patch the hashes of some frames."""
    for line in (ROOT / "assets" / "pinned.txt").read_text().splitlines():
        kind, name, *frames = line.split(" ")
        if kind == "frames":
            pairs = (pair.split(":") for pair in frames)
            yield name, {int(index): int(value, 16) for index, value in pairs}


def pixels_of(png):
    """The pixels of a PNG of 8 bits: a decoder of its own."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, header = 8, b"", None
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        if kind == b"IDAT":
            data += body
        at += 12 + length
    width, height, depth, color, *_ = header
    assert depth == 8
    channels = {2: 3, 6: 4}[color]
    rows = numpy.frombuffer(zlib.decompress(data), numpy.uint8).reshape(height, 1 + width * channels)
    out = numpy.zeros((height, width * channels), numpy.int64)
    for y, row in enumerate(rows):
        above = out[y - 1] if y else numpy.zeros(width * channels, numpy.int64)
        for x, value in enumerate(row[1:].astype(int)):
            left = out[y, x - channels] if x >= channels else 0
            corner = above[x - channels] if x >= channels else 0
            guess = left + above[x] - corner
            near = min((left, above[x], corner), key=lambda one: abs(guess - one))
            out[y, x] = (value + (0, left, above[x], (left + above[x]) // 2, near)[row[0]]) & 255
    return out.reshape(height, width, channels).astype(numpy.uint8)


class Frames(unittest.TestCase):
    def test_shipped_patches_have_the_hashes_that_are_pinned(self):
        seen = set()
        for name, hashes in pinned():
            program = pavane.compile_file(PATCHES / f"{name}.pav")
            engine = pavane.Engine(program, threads=2 if len(seen) % 2 else 1)
            for index in range(61):
                frame = engine.frame(index)
                if index in hashes:
                    self.assertEqual(frame.hash, hashes[index], f"{name}: frame {index}")
            seen.add(name)
        parts = {"petals"}
        self.assertEqual(seen | parts, {path.stem for path in PATCHES.glob("*.pav")})

    def test_values_go_in_and_come_out(self):
        engine = pavane.Engine(pavane.compile(PATCH), size=(100, 80), fps=25)
        engine["pointer"] = (0.25, 0.75)
        engine["many"] = 2
        engine["lit"] = True
        engine["levels"] = numpy.linspace(0, 1, 4)
        engine["name"] = "Ada"
        engine.send("click")
        engine.send("click")
        engine.send("drag", (1.0, 2.0))
        engine.send("say", "hello")
        frame = engine.frame(0)
        self.assertEqual(frame.signal("shown"), "Ada: 2 hello")
        self.assertEqual(frame.signals["place"], (0.25, 0.75))
        events = [(event.name, event.value) for event in frame.events]
        self.assertEqual(events, [("click", None), ("click", None), ("drag", (1.0, 2.0)), ("say", "hello")])
        dots, circle = frame.passes
        self.assertEqual((len(dots), dots.shape, dots.blend, dots.layer, dots.domain), (4, "rect", "normal", 0, "dots"))
        numpy.testing.assert_array_equal(dots.y, numpy.linspace(0, 1, 4, dtype="f4"))
        numpy.testing.assert_allclose(dots.height, [0.1] * 4, rtol=1e-6)
        numpy.testing.assert_array_equal(dots.fill, [[255] * 4] * 4)
        numpy.testing.assert_array_equal(circle.fill, [[0, 0, 255, 128]])
        numpy.testing.assert_array_equal(circle.stroke, [[0, 0, 0, 0]])
        numpy.testing.assert_array_equal(dots.stroke, [[255, 0, 0, 255]] * 4)
        self.assertEqual((frame.index, frame.time, engine.fps, engine.size), (0, 0.0, 25.0, (100, 80)))
        self.assertEqual(engine.frame(5).time, 0.2)
        self.assertEqual(engine.tick(0.04).index, 6)
        self.assertEqual(engine.seek(2).index, 2)
        self.assertEqual(engine.index, 2)
        engine.send("click", at=0.3)
        self.assertEqual([(one.name, one.time) for one in engine.frame(8).events], [("click", 0.3)])

    def test_columns_go_into_arrays_that_are_there(self):
        engine = pavane.Engine(pavane.compile_file(PATCHES / "wave_3d.pav"))
        horizon, _, wave = engine.frame(7).passes
        out = numpy.empty(len(wave), "f4")
        for name in ["x", "y", "width", "height", "rotation", "opacity", "stroke_width", "depth"]:
            self.assertIs(wave.column(name, out), out)
            numpy.testing.assert_array_equal(out, getattr(wave, name))
        records = wave.instances()
        self.assertEqual((records.dtype, records.dtype.itemsize), (pavane.INSTANCE, 32))
        numpy.testing.assert_array_equal(records["position"], numpy.stack([wave.x, wave.y], 1))
        numpy.testing.assert_array_equal(records["size"], numpy.stack([wave.width, wave.height], 1))
        numpy.testing.assert_array_equal(records["fill"], wave.fill)
        again = numpy.zeros(len(wave), pavane.INSTANCE)
        self.assertIs(wave.instances(again), again)
        numpy.testing.assert_array_equal(records, again)
        self.assertFalse(horizon.depth.any(), "it has no perspective")
        # Nearer ones come later, and so they are drawn over those behind.
        self.assertTrue((numpy.diff(wave.depth) <= 0).all() and wave.depth[-1] > 0 and len(wave) > 7000)
        locked = numpy.empty(len(wave), "f4")
        locked.flags.writeable = False
        for wrong in [numpy.empty(3, "f4"), numpy.empty(len(wave)), numpy.empty(2 * len(wave), "f4")[::2], locked, [0.0], 3]:
            with self.assertRaises(ValueError):
                wave.column("x", wrong)
            with self.assertRaises(ValueError):
                wave.instances(wrong)

    def test_a_picture_is_that_of_the_png(self):
        engine = pavane.Engine(pavane.compile_file(PATCHES / "kaleidoscope.pav"), size=(96, 64))
        frame = engine.frame(30)
        picture = frame.image()
        self.assertEqual((picture.shape, picture.dtype), ((64, 96, 4), numpy.uint8))
        self.assertGreater(len(numpy.unique(picture.reshape(-1, 4), axis=0)), 50)
        self.assertTrue((picture[..., 3] == 255).all())
        numpy.testing.assert_array_equal(pixels_of(frame.png()), picture[..., :3])
        self.assertEqual(frame._repr_png_(), frame.png())
        out = numpy.empty((20, 30, 4), numpy.uint8)
        self.assertIs(frame.image((30, 20), out=out), out)
        clear = frame.image((30, 20), transparent=True)
        self.assertEqual(clear.shape, out.shape)
        self.assertTrue((clear[..., 3] < 255).any())
        numpy.testing.assert_array_equal(pixels_of(frame.png((30, 20), transparent=True)), clear)
        for size in [(0, 1), (20_000, 1), (1, 0)]:
            with self.assertRaises(ValueError):
                frame.image(size)

    def test_a_frame_says_what_is_mixed(self):
        half = "background = #000\ndraw rect { position: (0.5, 0.5), size: 2, color: #ffffff80 }\n"
        for clip, blending, grey in [("", "srgb", 128), ("clip { blending: linear }\n", "linear", 188)]:
            frame = pavane.Engine(pavane.compile(clip + half), size=(4, 4)).frame(0)
            self.assertEqual((frame.blending, frame.image()[1, 2, 0]), (blending, grey))

    def test_a_frame_is_over_when_the_next_one_comes(self):
        engine = pavane.Engine(pavane.compile(PATCH))
        frame = engine.frame(0)
        dots = frame.passes[0]
        engine.frame(1)
        for read in [lambda: frame.hash, lambda: frame.image(), lambda: dots.x, lambda: frame.png(), lambda: dots.instances()]:
            with self.assertRaisesRegex(pavane.StaleFrameError, "frame 0 is over"):
                read()
        self.assertEqual(frame.index, 0)

    def test_an_edit_keeps_what_runs(self):
        engine = pavane.Engine(pavane.compile(PATCH))
        for _ in range(3):
            engine.send("click")
        engine.frame(0)
        report = engine.swap(pavane.compile(PATCH.replace("#804020", "#fff").replace("dots[4]", "dots[40]")))
        self.assertEqual((report.kept, report.dropped), (["hits", "last"], []))
        self.assertIn("kept 2 cells", str(report))
        frame = engine.frame(1)
        self.assertEqual((frame.signal("shown"), len(frame.passes[0])), ("nobody: 3 ", 40))

    def test_fields_are_read_by_their_names(self):
        program = pavane.compile(
            "domain dots[4] { place = (rank, 0.5)\n hue = oklch(0.7, 0.1, rank)\n lit = index > 1\n twice = index * 2\n"
            " word = if lit then \"late\" else \"early\"\n draw circle { position: place, size: 0.1, color: hue } }"
        )
        frame = pavane.Engine(program, everything=True).frame(0)
        self.assertEqual(frame.domains, {"dots": 4})
        self.assertEqual({name for domain, name in frame.fields if domain == "dots"}, {"place", "hue", "lit", "twice", "word"})
        place = frame.field("dots", "place")
        numpy.testing.assert_array_equal(place, numpy.stack([(numpy.arange(4, dtype="f4") + 0.5) / 4, numpy.full(4, 0.5, "f4")], 1))
        numpy.testing.assert_array_equal(place[:, 0], frame.passes[0].x)
        self.assertEqual((place.dtype, frame.field("dots", "hue").shape), (numpy.float32, (4, 4)))
        for name, kind, expected in [("lit", "bool", [False, False, True, True]), ("twice", "int32", [0, 2, 4, 6])]:
            self.assertEqual((frame.field("dots", name).dtype, frame.field("dots", name).tolist()), (kind, expected))
            out = numpy.zeros(4, kind)
            self.assertIs(frame.field("dots", name, out), out)
            self.assertEqual(out.tolist(), expected)
        self.assertEqual(frame.field("dots", "word"), ["early", "early", "late", "late"])
        for wrong in [numpy.zeros(4), numpy.zeros((4, 2), "f8"), numpy.zeros((2, 4), "f4"), numpy.zeros((4, 4), "f4")[:, ::2], [0] * 8]:
            with self.assertRaisesRegex(ValueError, "`out` is no array of float32 with the shape"):
                frame.field("dots", "place", wrong)
        with self.assertRaisesRegex(ValueError, "take no `out`"):
            frame.field("dots", "word", numpy.zeros(4))
        lean = pavane.Engine(program).frame(0)
        for domain, name, said in [("dots", "word", "nothing draws `word`"), ("dots", "x", "no field `x`"), ("none", "lit", "no field `lit` of `none`")]:
            with self.assertRaisesRegex(KeyError, said):
                lean.field(domain, name)
        numpy.testing.assert_array_equal(frame.field("dots", "place"), place)
        engine = pavane.Engine(program)
        first = engine.frame(0)
        engine.frame(1)
        with self.assertRaises(pavane.StaleFrameError):
            first.field("dots", "place")

    def test_elements_are_given(self):
        program = pavane.compile(
            "domain stars[host max 9] { input place: vec2 = (0, 0)\n input wide: float = 0.5\n"
            " draw circle { position: place, size: wide, color: #fff } }"
        )
        engine = pavane.Engine(program)
        engine.set_elements("stars", [3, 5], place=[[0.25, 0.5], [0.75, 1.0]], wide=[0.5, 0.25])
        stars = engine.frame(0).passes[0]
        numpy.testing.assert_array_equal(numpy.stack([stars.x, stars.y, stars.width], 1), [[0.25, 0.5, 0.5], [0.75, 1, 0.25]])
        for wrong in [{"place": [[1.0]]}, {"place": [1.0, 2.0]}, {"nothing": [1.0, 2.0]}, {"place": [[numpy.nan, 0]] * 2}]:
            with self.assertRaises((ValueError, KeyError, pavane.EngineError)):
                engine.set_elements("stars", [1, 2], **wrong)


class Programs(unittest.TestCase):
    def test_a_program_says_what_it_is(self):
        program = pavane.compile(PATCH, "host.pav")
        self.assertEqual((program.name, program.size, program.fps), ("host", (1080, 1080), 60.0))
        self.assertEqual(program.frames, round(program.seconds * program.fps))
        inputs = {name: (given.type, given.count) for name, given in program.inputs.items()}
        self.assertEqual(inputs["pointer"], ("vec2", None))
        self.assertEqual(inputs["levels"], ("float", 4))
        self.assertEqual({name: given.type for name, given in program.events.items()}, {"click": None, "drag": "vec2", "say": "text"})
        self.assertEqual(program.signals["shown"].type, "text")
        again = pavane.Program.from_json(program.to_json())
        self.assertEqual(again.to_json(), program.to_json())

    def test_a_bundle_is_read_with_the_files_beside_it(self):
        photo = (ROOT / "assets" / "images" / "lossless.webp").read_bytes()
        patch = 'image photo from "photo.webp"\n draw image(photo) { position: (0.5, 0.5), size: 0.5 }'
        program = pavane.compile(patch, files={"photo.webp": photo})
        text, files = program.bundle()
        self.assertEqual(list(files.values()), [photo])
        self.assertNotIn("photo.webp", text)
        hash_of = lambda program: pavane.Engine(program).frame(0).hash
        self.assertEqual(hash_of(pavane.Program.from_json(text, files=files)), hash_of(program))
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
            again = pavane.Program.from_json(text, files=folder)
            self.assertEqual((again.to_json(), again.warnings), (program.to_json(), ""))
        (name,) = files
        for wrong in [None, {}, {name: photo[:-1]}, {name: b""}, {name[6:]: photo}]:
            with self.assertRaises(pavane.PatchError) as caught:
                pavane.Program.from_json(text, files=wrong)
            self.assertEqual(caught.exception.diagnostics[0].code, "E0119")
        with self.assertRaises(TypeError):
            pavane.Program.from_json(text, files={name: 1})

    def test_mistakes_come_with_their_place(self):
        with self.assertRaises(pavane.PatchError) as caught:
            pavane.compile("\ndraw circle { position: (0.5, 0.5), sise: 0.1, color: #fff }", "dot.pav")
        error = caught.exception
        self.assertIsInstance(error, ValueError)
        self.assertEqual((error.line, error.column), (2, 37))
        self.assertIn("--> dot.pav:2:37", str(error))
        self.assertIn("^^^^", str(error))
        (one,) = error.diagnostics
        self.assertEqual((one.code, one.severity, one.help), ("E0551", "error", "did you mean `size`?"))
        with self.assertRaises(pavane.PatchError) as caught:
            pavane.Program.from_json("{}")
        self.assertEqual(caught.exception.line, 1)
        self.assertIn("warning", pavane.compile(PATCH + "\n unused = nothing_there + 1").warnings)

    def test_files_and_parameters(self):
        ring = "param many = 3\n domain dots[many] { draw circle { position: (rank, 0.5), size: 0.1, color: #fff } }"
        use = 'use "ring.pav" as ring { many: 5 }'
        count = lambda program: len(pavane.Engine(program).frame(0).passes[0])
        self.assertEqual(count(pavane.compile(use, files={"ring.pav": ring})), 5)
        self.assertEqual(count(pavane.compile(use, files={"ring.pav": ring.encode()})), 5)
        self.assertEqual(count(pavane.compile(ring, parameters={"many": 7})), 7)
        self.assertEqual(count(pavane.compile(ring, parameters={"many": "2 + 2"})), 4)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "ring.pav")
            path.write_text(ring)
            self.assertEqual(count(pavane.compile(use, files=folder)), 5)
            self.assertEqual(count(pavane.compile_file(path, parameters={"many": 6})), 6)
        with self.assertRaises(pavane.PatchError):
            pavane.compile(use)
        with self.assertRaisesRegex(ValueError, "no parameter `few`"):
            pavane.compile(ring, parameters={"few": 1})
        with self.assertRaises(OSError):
            pavane.compile_file("/nowhere/ring.pav")

    def test_clips_are_written(self):
        program = pavane.compile(PATCH)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for name, start in [("a.gif", b"GIF89a"), ("a.apng", b"\x89PNG"), ("a.svg", b"<svg")]:
                frames = range(1) if name.endswith("svg") else range(0, 6, 2)
                pavane.render(program, folder / name, size=(32, 24), fps=(25, 1), frames=frames, inputs={"many": 5})
                self.assertTrue((folder / name).read_bytes().startswith(start), name)
            pavane.render(program, folder / "f_%03d.png", size=(32, 24), frames=range(2, 4), threads=2)
            self.assertEqual(sorted(path.name for path in folder.glob("f_*")), ["f_002.png", "f_003.png"])
            engine = pavane.Engine(program, size=(32, 24))
            numpy.testing.assert_array_equal(pixels_of((folder / "f_003.png").read_bytes()), engine.seek(3).image()[..., :3])
            for wrong in [folder / "a.txt", folder / "no such folder" / "a.gif"]:
                with self.assertRaises(pavane.RenderError):
                    pavane.render(program, wrong, size=(8, 8), frames=range(2))
            with self.assertRaises(ValueError):
                pavane.render(program, folder / "b.gif", frames=range(0))
        html = pavane.compile("clip { duration: 0.2s, size: (960, 480) }\n draw circle { position: (0.5, 0.5), size: 0.5, color: #fff }")._repr_html_()
        self.assertRegex(html, r'^<img width="480" height="240" .*src="data:image/png;base64,iVBOR')


class Threads(unittest.TestCase):
    def test_two_engines_run_at_the_same_time_and_python_with_them(self):
        program = pavane.compile_file(PATCHES / "gs1.pav")
        expected = [pavane.Engine(program, size=(400, 400)).seek(index).hash for index in (5, 9)]
        found, beside, done = {}, [0], threading.Event()

        def draw(index):
            engine = pavane.Engine(program, size=(400, 400))
            for frame in range(index + 1):
                picture = engine.frame(frame).image()
            found[index] = engine.seek(index).hash, picture.sum()

        def count():
            while not done.is_set():
                beside[0] += 1
                time.sleep(0)

        counting = threading.Thread(target=count)
        both = [threading.Thread(target=draw, args=(index,)) for index in (5, 9)]
        counting.start()
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        done.set()
        counting.join()
        self.assertEqual([found[5][0], found[9][0]], expected)
        self.assertGreater(beside[0], 10)

    def test_one_engine_may_be_asked_by_several(self):
        engine = pavane.Engine(pavane.compile(PATCH), size=(64, 64))
        faults = []

        def ask():
            for index in range(60):
                try:
                    engine.seek(index).image()
                    engine["many"] = index
                except pavane.StaleFrameError:
                    pass
                except BaseException as error:
                    faults.append(error)

        both = [threading.Thread(target=ask) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(60)
            self.assertFalse(thread.is_alive())
        self.assertEqual(faults, [])


class Garbage(unittest.TestCase):
    """Whatever is given, what comes is an `Exception`: neither a panic, which is none, nor an end of the process."""

    def test_garbage(self):
        chance = random.Random(7)
        program = pavane.compile(PATCH.replace("draw rect", 'wide = rank * 2\n word = if lit then name else "dark"\n draw rect'))
        engine = pavane.Engine(program, size=(16, 16), everything=True)

        class Odd:
            def __float__(self):
                engine.frame(0)
                raise RuntimeError("no number")

            def __index__(self):
                return -(10**30)

            __len__ = __index__

        things = [
            None, True, 0, 1, -1, 2**31, 2**64, 10**40, 0.5, -0.0, float("nan"), float("inf"), 1e300, "", "pointer", "many", "lit", "levels",
            "name", "click", "drag", "say", "shown", "dots", "wide", "word", "x", "a\0b", "\ud800", b"bytes", b"\xff", (), [], {}, (1, 2), (0, 0), (8, 8), (1, 2, 3, 4), [[1, 2], [3]],
            [[0.5] * 4], {"a": 1}, {"many": "1"}, {1: 2}, object(), Odd(), lambda: 1, range(3), range(0), slice(1), numpy.zeros(4), numpy.zeros((2, 2, 2)),
            numpy.zeros((16, 16, 4), "u1"), numpy.zeros(4, "f4"), numpy.array(["a"]), numpy.array(None), numpy.zeros(4, pavane.INSTANCE), numpy.float32(1), numpy.zeros(0),
            program, engine, pavane.Program, pathlib.Path("/nowhere/a.gif"), pathlib.Path("/nowhere"),
        ]  # fmt: skip
        calls = [
            pavane.compile, pavane.compile_file, pavane.render, pavane.Engine, pavane.Program.from_json, pavane.Program, pavane.Frame, pavane.Pass,
            engine.frame, engine.tick, engine.redraw, engine.reset, engine.set, engine.__setitem__, engine.send, engine.set_elements, engine.swap, program.bundle,
        ]  # fmt: skip
        keywords = ["file", "files", "parameters", "size", "fps", "seed", "threads", "frames", "out", "at", "transparent", "inputs", "memory_limit", "rollback", "nothing"]
        passed = 0
        for _ in range(20_000):
            call = chance.choice(calls)
            given = {chance.choice(keywords): chance.choice(things) for _ in range(chance.choice([0, 0, 1, 2]))}
            given.pop("rollback", None) if chance.random() < 0.9 else None
            arguments = [chance.choice(things) for _ in range(chance.randrange(4))]
            if call is pavane.Engine and arguments:
                arguments[0] = program
            try:
                call(*arguments, **given)
                passed += 1
            except Exception:
                pass
            if chance.random() < 0.2:
                engine.reset()
                frame = engine.frame(0)
                one = chance.choice(frame.passes)
                named = lambda *rest, **more: frame.field("dots", chance.choice(["wide", "word", "place"]), *rest, **more)
                reads = [frame.image, frame.png, frame.signal, one.column, one.instances, lambda *_, **__: frame.signals, repr, frame.field, named]
                try:
                    chance.choice(reads)(*arguments[:2], **given)
                    passed += 1
                except Exception:
                    pass
        self.assertGreater(passed, 500)
        engine = pavane.Engine(program)
        self.assertEqual(engine.frame(0).hash, pavane.Engine(pavane.compile(PATCH)).frame(0).hash)

    def test_what_is_wrong_is_said(self):
        engine = pavane.Engine(pavane.compile(PATCH))
        cases = [
            (lambda: engine.set("pointer", 1), "`pointer` was given 1 number; it takes a vec2"),
            (lambda: engine.set("many", 0.5), "`many` was given 0.5; it takes an int"),
            (lambda: engine.set("many", "a"), "`many` was given a text; it takes an int"),
            (lambda: engine.set("levels", [1, 2]), "an array of 2 floats; it takes an array of 4 floats"),
            (lambda: engine.set("nothing", 1), "no channel `nothing`; there are: pointer"),
            (lambda: engine.send("click", 1), "`click` was given a value; it takes none"),
            (lambda: engine.send("nothing"), "no event `nothing`"),
            (lambda: (engine.frame(3), engine.frame(2)), "time never goes back"),
            (lambda: engine.frame(3).signal("nothing"), "no signal `nothing`"),
            (lambda: engine.set("many", None), "numbers are expected"),
        ]
        for call, message in cases:
            with self.subTest(message):
                with self.assertRaises(Exception) as caught:
                    call()
                self.assertIn(message, str(caught.exception))


class Pages(unittest.TestCase):
    def test_the_notebook_runs_and_shows_what_it_has(self):
        """Its cells one after the other, and what the last expression of each shows itself as."""
        notebook = json.loads((ROOT / "crates/pavane-python/examples/first_steps.ipynb").read_text())
        names, shown = {}, []
        for cell in notebook["cells"]:
            self.assertFalse(cell.get("outputs"), "a notebook is kept without what it has shown")
            if cell["cell_type"] != "code":
                continue
            tree = ast.parse("".join(cell["source"]))
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            with contextlib.redirect_stdout(io.StringIO()) as said:
                exec(compile(tree, "cell", "exec"), names)
                value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
            if hasattr(value, "_repr_html_"):
                shown.append(("html", value._repr_html_()[:5]))
            elif hasattr(value, "_repr_png_"):
                shown.append(("png", value._repr_png_()[1:4]))
            else:
                shown.append(("text", said.getvalue()))
        kinds = [kind for kind, _ in shown]
        self.assertEqual(kinds, ["html", "png", "text", "text", "png", "text"])
        self.assertEqual((shown[0][1], shown[1][1]), ("<img ", b"PNG"))
        self.assertIn("mistake.pav:1:37", shown[-1][1])

    def test_the_snippets_of_the_readmes_run(self):
        own = (ROOT / "crates/pavane-python/README.md").read_text()
        text = own + (ROOT / "README.md").read_text()
        self.assertEqual(text.count("```python"), 2)
        with tempfile.TemporaryDirectory() as folder:
            for code in re.findall(r"```python\n(.*?)```", text, re.S):
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(code.replace('"spiral.gif"', f'"{folder}/spiral.gif"'), "README.md", "exec"), {})
            self.assertTrue(pathlib.Path(folder, "spiral.gif").read_bytes().startswith(b"GIF89a"))


if __name__ == "__main__":
    unittest.main()
