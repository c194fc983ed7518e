// Draws packed passes with WebGL 2: a quad for each element, and in it a formula of distance. Pixels at an edge are sampled on a grid of
// 4 x 4, each sample as wide as its part of the pixel, so that small shapes and tips have their area.

const VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec2 position;
layout(location = 1) in vec2 size;
layout(location = 2) in float rotation;
layout(location = 3) in vec4 fill;
layout(location = 4) in vec4 stroke;
layout(location = 5) in float strokeWidth;
layout(location = 6) in float opacity;
uniform vec4 matrix;      // world to pixels
uniform vec2 middle;      // the world point in the middle of the canvas
uniform vec2 canvas;      // pixels
uniform float scale;      // pixels per world unit
flat out vec2 halfSize;
flat out float pen;
flat out vec4 fillColor;
flat out vec4 strokeColor;
flat out float shown;
out vec2 at;              // pixels from the centre, along the element's own axes

bool isFinite(float x) { return !isnan(x) && !isinf(x); }

void main() {
  vec2 half_ = size * scale * 0.5;
  pen = strokeWidth > 0.0 && isFinite(strokeWidth) ? strokeWidth * scale * 0.5 : 0.0;
  bool isDrawn = isFinite(position.x + position.y) && isFinite(half_.x) && isFinite(half_.y) && isFinite(rotation)
    && half_.x != 0.0 && half_.y != 0.0 && opacity > 0.0;
  halfSize = half_;
  fillColor = vec4(fill.rgb * fill.a, fill.a);
  strokeColor = pen > 0.0 ? vec4(stroke.rgb * stroke.a, stroke.a) : vec4(0.0);
  shown = min(opacity, 1.0);
  if (!isDrawn) {
    at = vec2(0.0);
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
  at = corner * (abs(half_) + pen * 1.5 + 1.5);
  vec2 off = position - middle;
  vec2 centre = vec2(matrix.x * off.x + matrix.z * off.y, matrix.y * off.x + matrix.w * off.y) + canvas * 0.5;
  vec2 axis = vec2(cos(rotation), sin(rotation));
  vec2 turn = matrix.xy / scale;
  axis = vec2(turn.x * axis.x - turn.y * axis.y, turn.x * axis.y + turn.y * axis.x);
  vec2 pixel = centre + axis * at.x + vec2(-axis.y, axis.x) * at.y;
  vec2 clip = pixel / canvas * 2.0 - 1.0;
  gl_Position = vec4(clip.x, -clip.y, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform int kind;         // 0 ellipse, 1 rectangle, 2 polygon, 3 star
uniform float parameter;  // corner or inner radius
uniform float corners;
uniform bool roundJoin;
flat in vec2 halfSize;
flat in float pen;
flat in vec4 fillColor;
flat in vec4 strokeColor;
flat in float shown;
in vec2 at;
out vec4 color;

const float PI = 3.14159265358979;

// The nearest point of an ellipse, found by going to that of the circle which fits it best where the last guess is.
float ellipseExactly(vec2 p, vec2 h) {
  p = abs(p);
  vec2 t = vec2(0.70710678);
  vec2 bend = vec2((h.x * h.x - h.y * h.y) / h.x, (h.y * h.y - h.x * h.x) / h.y);
  for (int k = 0; k < 3; k++) {
    vec2 mid = bend * t * t * t;
    vec2 to = h * t - mid;
    vec2 from = p - mid;
    float ratio = length(to) / max(length(from), 1e-6);
    t = clamp((from * ratio + mid) / h, 0.0, 1.0);
    t /= max(length(t), 1e-6);
  }
  vec2 normal = t * h.yx;
  return dot(p - t * h, normal) / max(length(normal), 1e-6);
}

float ellipse(vec2 p, vec2 h) {
  if (h.x == h.y) return length(p) - h.x;
  if (pen > 0.0) return ellipseExactly(p, h);
  float level = length(p / h);
  return (level - 1.0) * level / max(length(p / (h * h)), 1e-3 / min(h.x, h.y));
}

float box(vec2 p, vec2 h) {
  float radius = clamp(parameter, 0.0, 1.0) * min(h.x, h.y);
  vec2 q = abs(p) - h;
  // With square corners both sides of a stroke have them.
  if (radius <= 0.0 && !roundJoin) return max(q.x, q.y);
  q += radius;
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}

// A star, or a polygon: a star whose inner corners are the middles of sides. The edge next to a point decides.
float star(vec2 p, vec2 h) {
  vec2 q = p / h;
  float sector = 2.0 * PI / corners;
  float inner = kind == 3 ? clamp(parameter, 0.0, 1.0) : cos(PI / corners);
  float angle = atan(q.x, -q.y);
  float tip = floor(angle / sector + 0.5) * sector;
  float side = angle < tip ? -0.5 : 0.5;
  vec2 a = vec2(sin(tip), -cos(tip));
  float between = tip + side * sector;
  vec2 b = vec2(sin(between), -cos(between)) * inner;
  vec2 edge = b - a;
  vec2 normal = vec2(edge.y, -edge.x);
  float far = dot(a, normal);
  if (far < 0.0) {
    normal = -normal;
    far = -far;
  }
  return (dot(q, normal) - far) / length(normal / h);
}

float distanceTo(vec2 p) {
  if (kind == 0) return ellipse(p, abs(halfSize));
  if (kind == 1) return box(p, abs(halfSize));
  return star(p, halfSize);
}

void main() {
  float off = distanceTo(at);
  float within = 0.0;
  float under = 0.0;
  float thin = min(abs(halfSize.x), abs(halfSize.y));
  bool isNear = thin < 1.0 || (pen > 0.0 ? abs(abs(off) - pen) < 1.0 || pen < 1.0 && abs(off) < pen + 1.0 : false) || abs(off) < 1.0;
  if (!isNear) {
    within = off < 0.0 ? 1.0 : 0.0;
    under = pen > 0.0 && abs(off) < pen ? 1.0 : 0.0;
  } else {
    // A pixel's sides, by the element's own axes.
    vec2 right = dFdx(at) * 0.25;
    vec2 down = dFdy(at) * 0.25;
    for (int k = 0; k < 16; k++) {
      float d = distanceTo(at + right * (float(k & 3) - 1.5) + down * (float(k >> 2) - 1.5));
      within += clamp(0.5 - d * 4.0, 0.0, 1.0);
      if (pen > 0.0) under += clamp(0.5 - (d - pen) * 4.0, 0.0, 1.0) - clamp(0.5 - (d + pen) * 4.0, 0.0, 1.0);
    }
    within /= 16.0;
    under /= 16.0;
  }
  color = (strokeColor * under + fillColor * within * (1.0 - strokeColor.a * under)) * shown;
  if (color.a <= 0.0) discard;
}`;

const BLIT_VERTEX = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

// A picture, pixel by pixel: one that the CPU has drawn, whose first row is the upper one, or one that was drawn aside.
const BLIT_FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D picture;
uniform bool isUpright;
out vec4 color;
void main() {
  ivec2 size = textureSize(picture, 0);
  ivec2 at = ivec2(gl_FragCoord.xy);
  color = vec4(texelFetch(picture, isUpright ? at : ivec2(at.x, size.y - 1 - at.y), 0).rgb, 1.0);
}`;

// White, of which the lesser is taken with what is there.
const LIMIT_FRAGMENT = `#version 300 es
precision highp float;
out vec4 color;
void main() {
  color = vec4(1.0);
}`;

const UNIFORMS = ["matrix", "middle", "canvas", "scale", "kind", "parameter", "corners", "roundJoin"];

/** Draws on a canvas with WebGL 2. */
export class GlPainter {
  /** Null where the canvas cannot have WebGL 2. */
  static on(canvas) {
    const attributes = { alpha: false, antialias: false, depth: false, stencil: false, preserveDrawingBuffer: true, powerPreference: "default" };
    const gl = canvas.getContext("webgl2", attributes);
    return gl ? new GlPainter(canvas, gl) : null;
  }

  constructor(canvas, gl) {
    this.canvas = canvas;
    this.gl = gl;
    this.begin();
  }

  /** Makes everything anew: first, and when a context that was lost is there again. */
  begin() {
    const { gl } = this;
    this.isReady = false;
    if (gl.isContextLost()) return;
    const shapes = program(gl, VERTEX, FRAGMENT);
    const blit = program(gl, BLIT_VERTEX, BLIT_FRAGMENT);
    const limit = program(gl, BLIT_VERTEX, LIMIT_FRAGMENT);
    if (!shapes || !blit || !limit) return;
    this.shapes = shapes;
    this.limit = limit;
    this.blit = blit;
    this.isUpright = gl.getUniformLocation(blit, "isUpright");
    // Colours of 16 bits: where many translucent elements lie on each other, rounding to 8 bits each time would add up.
    this.isFine = gl.getExtension("EXT_color_buffer_float") !== null;
    this.aside = null;
    this.uniforms = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(shapes, name)]));
    this.array = gl.createVertexArray();
    this.nothing = gl.createVertexArray();
    this.buffers = [0, 1].map(() => ({ buffer: gl.createBuffer(), size: 0 }));
    this.texture = gl.createTexture();
    this.textureSize = [0, 0];
    gl.disable(gl.DITHER);
    this.isReady = true;
  }

  get isLost() {
    return this.gl.isContextLost();
  }

  /** Draws what `Engine.pack` gave; `background` is red + 256 green + 65536 blue. */
  passes({ passes, rows, records }, background) {
    const { gl, uniforms } = this;
    const { width, height } = this.canvas;
    const isAside = this.isFine && this.beginAside(width, height);
    gl.viewport(0, 0, width, height);
    gl.clearColor((background & 255) / 255, ((background >> 8) & 255) / 255, ((background >> 16) & 255) / 255, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(this.shapes);
    gl.bindVertexArray(this.array);
    gl.enable(gl.BLEND);
    this.buffers.forEach((own, full) => upload(gl, own, records[full]));
    gl.uniform2f(uniforms.canvas, width, height);
    let hasAdded = false;
    for (let pass = 0; pass < passes; pass++) {
      const row = rows.subarray(pass * 16, pass * 16 + 16);
      const [kind, blend, count, first, full, parameter, corners, a, b, c, d, x, y, scale, opacity, isRound] = row;
      if (!count) continue;
      // Sums end at 1 before something else is drawn over them; numbers of 16 bits go on beyond it.
      if (isAside && hasAdded && blend !== 1) this.endSums();
      hasAdded = blend === 1;
      gl.uniform1i(uniforms.kind, kind);
      gl.uniform1f(uniforms.parameter, parameter);
      gl.uniform1f(uniforms.corners, corners);
      gl.uniform4f(uniforms.matrix, a, b, c, d);
      gl.uniform2f(uniforms.middle, x, y);
      gl.uniform1f(uniforms.scale, scale);
      gl.uniform1i(uniforms.roundJoin, isRound);
      this.attributes(full, first, opacity);
      const under = [gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA, gl.ONE_MINUS_SRC_COLOR][blend];
      gl.blendFuncSeparate(blend === 2 ? gl.DST_COLOR : gl.ONE, under, gl.ZERO, gl.ONE);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
    }
    if (isAside) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      this.show(this.aside.texture, 1);
    }
  }

  /** What is above 1 becomes 1. */
  endSums() {
    const { gl } = this;
    gl.useProgram(this.limit);
    gl.bindVertexArray(this.nothing);
    gl.blendEquation(gl.MIN);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.blendEquation(gl.FUNC_ADD);
    gl.useProgram(this.shapes);
    gl.bindVertexArray(this.array);
  }

  /** Draws into a texture from now on. Whether that can be. */
  beginAside(width, height) {
    const { gl } = this;
    if (this.aside?.width !== width || this.aside?.height !== height) {
      if (this.aside) {
        gl.deleteTexture(this.aside.texture);
        gl.deleteFramebuffer(this.aside.buffer);
      }
      const [texture, buffer] = [gl.createTexture(), gl.createFramebuffer()];
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA16F, width, height);
      nearest(gl);
      gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
      const isWhole = gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE;
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      this.aside = { texture, buffer, width, height, isWhole };
    }
    if (this.aside.isWhole) gl.bindFramebuffer(gl.FRAMEBUFFER, this.aside.buffer);
    return this.aside.isWhole;
  }

  /** Shows a texture on all of the canvas. */
  show(texture, isUpright) {
    const { gl } = this;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.disable(gl.BLEND);
    gl.useProgram(this.blit);
    gl.uniform1i(this.isUpright, isUpright);
    gl.bindVertexArray(this.nothing);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  /** Where the attributes of a pass's elements are. */
  attributes(full, first, opacity) {
    const { gl } = this;
    const stride = full ? 64 : 32;
    const at = first * stride;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[full].buffer);
    const floats = [[0, 2, 0], [1, 2, 8], [2, 1, 16], [5, 1, 28]];
    for (const [place, parts, offset] of floats) gl.vertexAttribPointer(place, parts, gl.FLOAT, false, stride, at + offset);
    gl.vertexAttribPointer(3, 4, gl.UNSIGNED_BYTE, true, stride, at + 20);
    gl.vertexAttribPointer(4, 4, gl.UNSIGNED_BYTE, true, stride, at + 24);
    for (let place = 0; place < 6; place++) each(gl, place);
    if (full) {
      gl.vertexAttribPointer(6, 1, gl.FLOAT, false, stride, at + 52);
      each(gl, 6);
    } else {
      gl.disableVertexAttribArray(6);
      gl.vertexAttrib1f(6, opacity);
    }
  }

  /** Shows a picture, pixel by pixel. */
  picture({ width, height, pixels }) {
    const { gl } = this;
    const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    if (this.textureSize[0] !== width || this.textureSize[1] !== height) {
      this.textureSize = [width, height];
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
      nearest(gl);
    } else {
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    }
    this.show(this.texture, 0);
  }

  /** The pixels on the canvas, row by row from the top. */
  read() {
    const { gl } = this;
    const { width, height } = this.canvas;
    const pixels = new Uint8Array(width * height * 4);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const upright = new Uint8ClampedArray(pixels.length);
    for (let y = 0; y < height; y++) upright.set(pixels.subarray((height - 1 - y) * width * 4, (height - y) * width * 4), y * width * 4);
    return upright;
  }
}

function nearest(gl) {
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
}

function each(gl, place) {
  gl.enableVertexAttribArray(place);
  gl.vertexAttribDivisor(place, 1);
}

function upload(gl, own, bytes) {
  if (!bytes.length) return;
  gl.bindBuffer(gl.ARRAY_BUFFER, own.buffer);
  if (own.size < bytes.length) {
    own.size = bytes.length;
    gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.STREAM_DRAW);
  } else {
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, bytes);
  }
}

function program(gl, vertex, fragment) {
  const made = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(made);
  return gl.getProgramParameter(made, gl.LINK_STATUS) ? made : null;
}

/** Draws on a canvas without WebGL: what the CPU has drawn, alone. */
export class PlainPainter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
  }

  get isReady() {
    return this.context !== null;
  }

  get isLost() {
    return false;
  }

  picture({ width, height, pixels }) {
    // Of a view on the module's memory no ImageData can be made where that is shared, so it is copied.
    this.context.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
  }

  read() {
    return this.context.getImageData(0, 0, this.canvas.width, this.canvas.height).data;
  }
}
