// The scenes that are named, drawn by Skia on the CPU behind a canvas (@napi-rs/canvas): `name|minimum|median` in milliseconds.

const fs = require("fs");
const path = require("path");
const { createCanvas } = require("@napi-rs/canvas");

const [ROUNDS, WARM_UP, PARTS] = [14, 2, 10];
const canvas = createCanvas(1920, 1080);
const c = canvas.getContext("2d");

function draw(shapes, colors) {
    c.fillStyle = "rgb(8, 9, 12)";
    c.fillRect(0, 0, 1920, 1080);
    for (let k = 0; k < colors.length; k++) {
        const at = k * PARTS;
        const [kind, x, y, w, h] = shapes.subarray(at, at + 5);
        c.fillStyle = colors[k];
        if (kind === 0) {
            c.beginPath();
            c.arc(x, y, w / 2, 0, 2 * Math.PI);
            c.fill();
        } else if (kind === 1) {
            c.fillRect(x - w / 2, y - h / 2, w, h);
        } else {
            c.save();
            c.translate(x, y);
            c.rotate(shapes[at + 5]);
            c.fillRect(-w / 2, -h / 2, w, h);
            c.restore();
        }
    }
    // What is drawn is put off until somebody reads it.
    return c.getImageData(0, 0, 1, 1).data[0];
}

for (const name of process.argv.slice(2)) {
    const bytes = fs.readFileSync(name);
    const shapes = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const colors = [];
    for (let at = 0; at < shapes.length; at += PARTS) {
        const [r, g, b, a] = shapes.subarray(at + 6, at + 10);
        colors.push(`rgba(${r}, ${g}, ${b}, ${a / 255})`);
    }
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
        const begin = process.hrtime.bigint();
        draw(shapes, colors);
        if (round >= WARM_UP) times.push(Number(process.hrtime.bigint() - begin) / 1e6);
    }
    times.sort((a, b) => a - b);
    console.log(`${path.basename(name)}|${times[0].toFixed(2)}|${times[times.length >> 1].toFixed(2)}`);
}
if (process.env.PICTURE) fs.writeFileSync(process.env.PICTURE, canvas.toBuffer("image/png"));
