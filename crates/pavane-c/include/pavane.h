/*
 * pavane: a deterministic, data-oriented animation frame engine. Same program, same inputs, same seed: the same bits.
 *
 * This file is made of the library's functions, by its tests. It is C99, and C++.
 *
 * - Handles (`pavane_program *` and so on) are opaque; whoever gets one frees it, once, with the function of its name. Null is
 *   nothing to free. There are no globals: threads may use different handles at the same time. One thread at a time may use an
 *   engine or files; that two do is seen (`PAVANE_ERROR_BUSY`). Programs never change and may be shared.
 * - A call ends in a status. Where it is not `PAVANE_OK`, nothing has been done but what is said there, and `*error` is the reason,
 *   which the caller frees; else `*error` is null. `error` itself may be null.
 * - Structs begin with a field `size`, which the caller sets to `sizeof` before the call, so that later versions may have more fields.
 * - Texts are UTF-8. A `const char *` ends with a NUL; a text with a `length` needs none, and `PAVANE_NUL` for its length says
 *   that it has one.
 * - Every call checks its arguments: pointers that are null or not aligned, handles of another kind, sizes, texts that are not UTF-8,
 *   numbers out of range. What cannot be checked, and must not be: a pointer to memory that is not there or smaller than said, a
 *   handle that was freed (it is seen mostly, and only as long as its memory is used for nothing else), freeing a handle while another thread uses it.
 */

#ifndef PAVANE_H
#define PAVANE_H

#include <stddef.h>
#include <stdint.h>

/**
 * The length of a text that ends with a NUL.
 */
#define PAVANE_NUL SIZE_MAX

/**
 * The version of this header: it grows with every change that a program built against it could see.
 */
#define PAVANE_ABI 1



/**
 * So many units of time are a second.
 */
#define PAVANE_FLICKS_PER_SECOND 705600000

/**
 * Evaluates signals and fields that nothing draws, too.
 */
#define PAVANE_EVERYTHING 1

/**
 * Keeps snapshots, so that a seek back does not play everything from the start.
 */
#define PAVANE_SNAPSHOTS 2

/**
 * It stops a program from being made.
 */
#define PAVANE_SEVERITY_ERROR 0

/**
 * It is probably not what was meant.
 */
#define PAVANE_SEVERITY_WARNING 1

/**
 * An ellipse that fills the element's box.
 */
#define PAVANE_SHAPE_ELLIPSE 0

/**
 * A rectangle; `parameter` is its corner radius as a share of half its shorter side.
 */
#define PAVANE_SHAPE_RECT 1

/**
 * A regular polygon of `corners`, the first one up.
 */
#define PAVANE_SHAPE_POLYGON 2

/**
 * A star of `corners` tips; `parameter` is its inner radius as a share of the outer.
 */
#define PAVANE_SHAPE_STAR 3

/**
 * A path, which `pavane_draw` draws.
 */
#define PAVANE_SHAPE_PATH 4

/**
 * One line through the places of all elements; `parameter` is 1 where its ends are joined.
 */
#define PAVANE_SHAPE_LINE 5

/**
 * A text, which `pavane_draw` draws.
 */
#define PAVANE_SHAPE_TEXT 6

/**
 * An image, which `pavane_draw` draws.
 */
#define PAVANE_SHAPE_IMAGE 7

/**
 * Source over destination.
 */
#define PAVANE_BLEND_NORMAL 0

/**
 * The sum of both.
 */
#define PAVANE_BLEND_ADD 1

/**
 * The product of both.
 */
#define PAVANE_BLEND_MULTIPLY 2

/**
 * The inverse product of the inverses.
 */
#define PAVANE_BLEND_SCREEN 3

/**
 * The darker of both, per component.
 */
#define PAVANE_BLEND_DARKEN 4

/**
 * The lighter of both, per component.
 */
#define PAVANE_BLEND_LIGHTEN 5

/**
 * The absolute difference.
 */
#define PAVANE_BLEND_DIFFERENCE 6

/**
 * Multiplied in the dark, screened in the light.
 */
#define PAVANE_BLEND_OVERLAY 7

/**
 * Values of sRGB are mixed, as in CSS.
 */
#define PAVANE_BLENDING_SRGB 0

/**
 * Light is mixed: what is under an element is decoded from sRGB, and encoded again.
 */
#define PAVANE_BLENDING_LINEAR 1

/**
 * Centre, x, in world units.
 */
#define PAVANE_COLUMN_X 0

/**
 * Centre, y, in world units, down.
 */
#define PAVANE_COLUMN_Y 1

/**
 * Full width in world units; below 0 mirrored.
 */
#define PAVANE_COLUMN_WIDTH 2

/**
 * Full height in world units; below 0 mirrored.
 */
#define PAVANE_COLUMN_HEIGHT 3

/**
 * Radians, clockwise on screen.
 */
#define PAVANE_COLUMN_ROTATION 4

/**
 * Of fill and stroke as one thing.
 */
#define PAVANE_COLUMN_OPACITY 5

/**
 * Width of the stroke in world units; 0 without a stroke.
 */
#define PAVANE_COLUMN_STROKE_WIDTH 6

/**
 * Distance from the camera; 0 without perspective.
 */
#define PAVANE_COLUMN_DEPTH 7

/**
 * Colours of the fill; alpha 0 without one.
 */
#define PAVANE_COLORS_FILL 0

/**
 * Colours of the stroke; alpha 0 without one.
 */
#define PAVANE_COLORS_STROKE 1

/**
 * A number, of an input, an event or a signal.
 */
#define PAVANE_TYPE_FLOAT 1

/**
 * A whole number, from -2147483648 to 2147483647.
 */
#define PAVANE_TYPE_INT 2

/**
 * A whole number, from 0 to 4294967295.
 */
#define PAVANE_TYPE_UINT 3

/**
 * 0 or 1.
 */
#define PAVANE_TYPE_BOOL 4

/**
 * Two numbers.
 */
#define PAVANE_TYPE_VEC2 5

/**
 * Three numbers.
 */
#define PAVANE_TYPE_VEC3 6

/**
 * Four numbers: red, green, blue, alpha, each from 0 to 1.
 */
#define PAVANE_TYPE_COLOR 7

/**
 * A path, as a number.
 */
#define PAVANE_TYPE_SHAPE 8

/**
 * A text.
 */
#define PAVANE_TYPE_TEXT 9

/**
 * An event that carries nothing.
 */
#define PAVANE_TYPE_NONE 0

/**
 * Runs a program. One thread at a time may use it.
 */
typedef struct pavane_engine pavane_engine;

/**
 * Why a call has not done what it was asked for. It belongs to the caller, who frees it.
 */
typedef struct pavane_error pavane_error;

/**
 * The files that a patch may use: of a folder, or of memory.
 */
typedef struct pavane_files pavane_files;

/**
 * A compiled patch. It never changes; several threads may make engines of one.
 */
typedef struct pavane_program pavane_program;

/**
 * How a call ended: `PAVANE_OK`, or one of `PAVANE_ERROR_...`.
 */
typedef uint32_t pavane_status;

/**
 * How a picture is drawn. Fields that are 0 mean what stands there.
 */
typedef struct pavane_picture {
  /**
   * `sizeof(pavane_picture)`, set by the caller.
   */
  uint32_t size;
  /**
   * Width in pixels, 1 to 16384; 0 with a height of 0 is the engine's canvas.
   */
  uint32_t width;
  /**
   * Height in pixels.
   */
  uint32_t height;
  /**
   * Threads that draw, 1 to 1024; 0 is 1. No pixel depends on it.
   */
  uint32_t threads;
  /**
   * 1 leaves the background out, so that the picture has an alpha channel.
   */
  uint32_t transparent;
} pavane_picture;

/**
 * How an engine runs. Fields that are 0 mean what stands there.
 */
typedef struct pavane_settings {
  /**
   * `sizeof(pavane_settings)`, set by the caller.
   */
  uint32_t size;
  /**
   * Width of the canvas in pixels; 0 with a height of 0 is that of the patch.
   */
  uint32_t width;
  /**
   * Height of the canvas in pixels.
   */
  uint32_t height;
  /**
   * Frames per second are this number; 0 is the rate of the patch ...
   */
  uint32_t fps_numerator;
  /**
   * ... by this one; 0 is 1.
   */
  uint32_t fps_denominator;
  /**
   * Seed of all randomness.
   */
  uint32_t seed;
  /**
   * Threads, the caller's included, 1 to 1024; 0 is 1. The bits do not depend on it.
   */
  uint32_t threads;
  /**
   * `PAVANE_EVERYTHING`, `PAVANE_SNAPSHOTS`, or both added.
   */
  uint32_t flags;
  /**
   * For how many frames ago `pavane_send_at` takes events.
   */
  uint32_t rollback;
  /**
   * Nothing yet.
   */
  uint32_t reserved;
  /**
   * The most bytes that its tables may take; 0 is 4 GiB.
   */
  uint64_t memory_limit;
} pavane_settings;

/**
 * A frame.
 */
typedef struct pavane_frame_info {
  /**
   * `sizeof(pavane_frame_info)`, set by the caller.
   */
  uint32_t size;
  /**
   * How many passes it has, which `pavane_pass_at` tells.
   */
  uint32_t passes;
  /**
   * Its index.
   */
  uint64_t index;
  /**
   * When it starts, in flicks.
   */
  uint64_t flicks;
  /**
   * When it starts, in seconds.
   */
  double seconds;
  /**
   * Seconds since the frame before; 0 on the first.
   */
  double dt;
  /**
   * Elements that were not drawn because a value was infinite, NaN or out of range.
   */
  uint64_t left_out;
  /**
   * What is under every pass: red, green, blue, alpha.
   */
  uint8_t background[4];
  /**
   * How many events have happened since the frame before, which `pavane_event_at` tells.
   */
  uint32_t events;
  /**
   * `PAVANE_BLENDING_...`: what is mixed where one colour goes over another. `pavane_draw` does so by itself.
   */
  uint32_t blending;
  /**
   * 0.
   */
  uint32_t reserved;
} pavane_frame_info;

/**
 * A text that belongs to the library: so many bytes of UTF-8, without a NUL behind them. How long it stays is said where it
 * comes from.
 */
typedef struct pavane_string {
  /**
   * The first byte; never null.
   */
  const char *bytes;
  /**
   * How many bytes.
   */
  size_t length;
} pavane_string;

/**
 * What became of state in a swap, in numbers of cells.
 */
typedef struct pavane_swap_info {
  /**
   * `sizeof(pavane_swap_info)`, set by the caller.
   */
  uint32_t size;
  /**
   * That go on.
   */
  uint32_t kept;
  /**
   * That both programs have, but not alike: they begin anew.
   */
  uint32_t reset;
  /**
   * That the old program did not have.
   */
  uint32_t added;
  /**
   * That the new program does not have.
   */
  uint32_t dropped;
  /**
   * Nothing yet.
   */
  uint32_t reserved;
  /**
   * The same for people; stays until the next swap, or until the engine is freed.
   */
  struct pavane_string report;
} pavane_swap_info;

/**
 * One thing that is wrong with a patch or a program. Texts stay until the error is freed.
 */
typedef struct pavane_diagnostic {
  /**
   * `sizeof(pavane_diagnostic)`, set by the caller.
   */
  uint32_t size;
  /**
   * `PAVANE_SEVERITY_...`.
   */
  uint32_t severity;
  /**
   * Line, from 1; 0 where there is none.
   */
  uint32_t line;
  /**
   * Column in characters, from 1; 0 where there is none.
   */
  uint32_t column;
  /**
   * Line of the last character, from 1; 0 where there is none.
   */
  uint32_t end_line;
  /**
   * Column behind the last character, from 1; 0 where there is none.
   */
  uint32_t end_column;
  /**
   * The code, such as `E0551`, which `pavane explain` tells more about.
   */
  const char *code;
  /**
   * The file; empty where there is none.
   */
  const char *file;
  /**
   * What was found and what was expected.
   */
  const char *message;
  /**
   * How to mend it; empty where that is not known.
   */
  const char *help;
} pavane_diagnostic;

/**
 * A field: a value of each element of a domain.
 */
typedef struct pavane_field_info {
  /**
   * `sizeof(pavane_field_info)`, set by the caller.
   */
  uint32_t size;
  /**
   * `PAVANE_TYPE_...`.
   */
  uint32_t value_type;
  /**
   * Numbers of a value: 4 of a colour, 1 of a number.
   */
  uint32_t components;
  /**
   * How many elements there are in the frame that the engine is at; 0 where a program tells it.
   */
  uint32_t count;
  /**
   * The name of the domain in the patch; stays until the program is freed, or the engine goes on with another one or is freed.
   */
  struct pavane_string domain;
  /**
   * Its own name; stays likewise.
   */
  struct pavane_string name;
} pavane_field_info;

/**
 * A pass: what is drawn of a domain's elements.
 */
typedef struct pavane_pass_info {
  /**
   * `sizeof(pavane_pass_info)`, set by the caller.
   */
  uint32_t size;
  /**
   * `PAVANE_SHAPE_...`.
   */
  uint32_t shape;
  /**
   * `PAVANE_BLEND_...`: how it is combined with what lies under it.
   */
  uint32_t blend;
  /**
   * Passes come in ascending layer.
   */
  int32_t layer;
  /**
   * Elements that are drawn.
   */
  uint32_t count;
  /**
   * Corners of a polygon, tips of a star.
   */
  uint32_t corners;
  /**
   * What the shape says.
   */
  float parameter;
  /**
   * The world point in the middle of the canvas.
   */
  float center[2];
  /**
   * World units along the shorter side of the canvas.
   */
  float extent;
  /**
   * Rotation of the camera in radians.
   */
  float rotation;
  /**
   * 1 where it has a fill.
   */
  uint8_t has_fill;
  /**
   * 1 where it has a stroke.
   */
  uint8_t has_stroke;
  /**
   * Nothing yet.
   */
  uint8_t reserved[2];
  /**
   * Its name in the patch; stays until the engine goes on with another program or is freed.
   */
  struct pavane_string name;
  /**
   * The name of the domain; stays likewise.
   */
  struct pavane_string domain;
} pavane_pass_info;

/**
 * An element as it is drawn: 32 bytes for an upload.
 */
typedef struct pavane_instance {
  /**
   * Centre in world units, y down.
   */
  float position[2];
  /**
   * Full width and height in world units.
   */
  float extent[2];
  /**
   * Radians, clockwise on screen.
   */
  float rotation;
  /**
   * Red, green, blue, alpha; alpha 0 where the pass has no fill.
   */
  uint8_t fill[4];
  /**
   * Red, green, blue, alpha; alpha 0 where the pass has no stroke.
   */
  uint8_t stroke[4];
  /**
   * Width of the stroke in world units, centred on the outline.
   */
  float stroke_width;
} pavane_instance;

/**
 * An element with everything that is drawn of it: 64 bytes.
 */
typedef struct pavane_full_instance {
  /**
   * Place, size and colours.
   */
  struct pavane_instance instance;
  /**
   * The part of the outline that is stroked, in shares of its length.
   */
  float trim[2];
  /**
   * Lengths of a dash and of the gap behind it, and how far into the pattern the part starts, in world units.
   */
  float dash[3];
  /**
   * Of fill and stroke as one thing.
   */
  float opacity;
  /**
   * Corner radius of a rectangle, inner radius of a star.
   */
  float parameter;
  /**
   * `PAVANE_SHAPE_...`, and corners or which path.
   */
  uint16_t shape[2];
} pavane_full_instance;

/**
 * Something that has happened.
 */
typedef struct pavane_event_info {
  /**
   * `sizeof(pavane_event_info)`, set by the caller.
   */
  uint32_t size;
  /**
   * `PAVANE_TYPE_...` of what it carried.
   */
  uint32_t value_type;
  /**
   * When, in flicks.
   */
  uint64_t flicks;
  /**
   * What it carried; those that its type lacks are 0.
   */
  double numbers[4];
  /**
   * What it is called in the patch; stays until the engine goes on with another program or is freed.
   */
  struct pavane_string name;
  /**
   * The text that it carried, else empty; stays until the next call of the engine.
   */
  struct pavane_string text;
} pavane_event_info;

/**
 * A value for a `param` of a patch.
 */
typedef struct pavane_parameter {
  /**
   * Its name, ending with a NUL.
   */
  const char *name;
  /**
   * Its value as a patch writes it, ending with a NUL: `0.2`, `250ms`, `#f80`, `(0.2, 0.5)`.
   */
  const char *value;
} pavane_parameter;

/**
 * What a program says of itself.
 */
typedef struct pavane_program_info {
  /**
   * `sizeof(pavane_program_info)`, set by the caller.
   */
  uint32_t size;
  /**
   * Width of the canvas in pixels that it is meant for.
   */
  uint32_t width;
  /**
   * Height of the canvas in pixels.
   */
  uint32_t height;
  /**
   * Frames per second are this number ...
   */
  uint32_t fps_numerator;
  /**
   * ... by this one.
   */
  uint32_t fps_denominator;
  /**
   * How many inputs it has.
   */
  uint32_t inputs;
  /**
   * How many events it has, those that nobody sends among them.
   */
  uint32_t events;
  /**
   * How many signals it has.
   */
  uint32_t signals;
  /**
   * Frames of its clip.
   */
  uint64_t frames;
  /**
   * Seconds of its clip.
   */
  double seconds;
  /**
   * Its name; stays until the program is freed.
   */
  struct pavane_string name;
  /**
   * How many fields it has.
   */
  uint32_t fields;
  /**
   * Nothing yet.
   */
  uint32_t reserved;
} pavane_program_info;

/**
 * Something that has a name and a type: an input, an event or a signal of a program.
 */
typedef struct pavane_named {
  /**
   * `sizeof(pavane_named)`, set by the caller.
   */
  uint32_t size;
  /**
   * `PAVANE_TYPE_...`: what it is, or what an event carries.
   */
  uint32_t value_type;
  /**
   * Of an input that is an array how many values it has, else 0.
   */
  uint32_t count;
  /**
   * Numbers that make one value: 2 of a vec2; 0 of an event that carries nothing.
   */
  uint32_t components;
  /**
   * 1 where the host gives it: an input, or an event that is sent.
   */
  uint32_t is_given;
  /**
   * Nothing yet.
   */
  uint32_t reserved;
  /**
   * Its name; stays until the program is freed.
   */
  struct pavane_string name;
} pavane_named;

/**
 * It is done.
 */
#define PAVANE_OK 0

/**
 * A pointer is null or not aligned, or a number is out of range.
 */
#define PAVANE_ERROR_ARGUMENT 1

/**
 * A handle is of another kind.
 */
#define PAVANE_ERROR_HANDLE 2

/**
 * A text is not UTF-8.
 */
#define PAVANE_ERROR_TEXT 3

/**
 * A struct does not say its size, or a buffer has another size than what is to be written.
 */
#define PAVANE_ERROR_SIZE 4

/**
 * A patch or a program is wrong: the error has diagnostics.
 */
#define PAVANE_ERROR_PATCH 5

/**
 * There is nothing of that name.
 */
#define PAVANE_ERROR_NAME 6

/**
 * A value is of another type than what it is given to, or not finite.
 */
#define PAVANE_ERROR_VALUE 7

/**
 * A frame lies before the one that the engine is at, or beyond the end of time; or there is no frame yet.
 */
#define PAVANE_ERROR_TIME 8

/**
 * It needs more memory than it may take, or there is no room for more events, texts or rows.
 */
#define PAVANE_ERROR_ROOM 9

/**
 * The program has done what cannot go on, such as events that make one another happen without end.
 */
#define PAVANE_ERROR_RUN 10

/**
 * Another thread uses the handle at this moment.
 */
#define PAVANE_ERROR_BUSY 11

/**
 * A fault of pavane itself. The handle is of no more use and can be freed.
 */
#define PAVANE_ERROR_PANIC 12

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the header that the library was built with. It takes the structs of every version up to that one.
 */
uint32_t pavane_abi(void);

/**
 * The version of pavane, such as `0.1.0`. It stays for ever.
 */
const char *pavane_version(void);

/**
 * Draws the frame that the engine is at into `pixels`: rows from the top, 4 bytes a pixel, red, green, blue, alpha (not
 * premultiplied), nothing between rows, so `bytes` is width times height times 4. Null `picture` is the engine's canvas.
 *
 * `PAVANE_ERROR_SIZE`: `bytes` is another number; the error says which it should be.
 */
pavane_status pavane_draw(struct pavane_engine *engine,
                          const struct pavane_picture *picture,
                          uint8_t *pixels,
                          size_t bytes,
                          struct pavane_error **error);

/**
 * Makes an engine, which gets all its memory now. Null `settings` are those of the patch. The program stays the caller's.
 */
pavane_status pavane_engine_new(const struct pavane_program *program,
                                const struct pavane_settings *settings,
                                struct pavane_engine **engine,
                                struct pavane_error **error);

/**
 * Frees an engine. Null is none.
 */
void pavane_engine_free(struct pavane_engine *engine);

/**
 * Evaluates a frame, in one step from the one before, whichever that was. Null `info` is not told anything. Allocates nothing.
 *
 * `PAVANE_ERROR_TIME`: it lies before the frame that the engine is at; `pavane_seek` goes there.
 */
pavane_status pavane_frame(struct pavane_engine *engine,
                           uint64_t index,
                           struct pavane_frame_info *info,
                           struct pavane_error **error);

/**
 * Goes to a frame, before or behind the one that the engine is at, as if all frames before it had been played. A program that has
 * state is played from its first frame, or from the last snapshot.
 */
pavane_status pavane_seek(struct pavane_engine *engine,
                          uint64_t index,
                          struct pavane_frame_info *info,
                          struct pavane_error **error);

/**
 * Adds what has passed on the host's clock, and evaluates the frame that is on screen then. A stall is one big step.
 */
pavane_status pavane_tick(struct pavane_engine *engine,
                          uint64_t nanoseconds,
                          struct pavane_frame_info *info,
                          struct pavane_error **error);

/**
 * Evaluates the frame that the engine is at once more, with inputs and canvas as they are now.
 */
pavane_status pavane_redraw(struct pavane_engine *engine, struct pavane_frame_info *info, struct pavane_error **error);

/**
 * Back to before the first frame: state has its first values; inputs stay.
 */
pavane_status pavane_reset(struct pavane_engine *engine, struct pavane_error **error);

/**
 * Gives the canvas another size in pixels, from the next frame on.
 */
pavane_status pavane_set_canvas(struct pavane_engine *engine,
                                uint32_t width,
                                uint32_t height,
                                struct pavane_error **error);

/**
 * The hash of the frame that the engine is at: two machines that agree on it drew the same.
 */
pavane_status pavane_hash(struct pavane_engine *engine, uint64_t *hash, struct pavane_error **error);

/**
 * Goes on with another program: values of state stay under the names that stay, and time goes on. Null `info` is not told
 * anything. Where it fails, the old program goes on.
 */
pavane_status pavane_swap(struct pavane_engine *engine,
                          const struct pavane_program *program,
                          struct pavane_swap_info *info,
                          struct pavane_error **error);

/**
 * Gives an input a value, from the next frame on: as many numbers as its type has components, of an array of all its values one
 * after the other. Whole numbers are whole, of a bool there is 0 or 1.
 */
pavane_status pavane_set(struct pavane_engine *engine,
                         const char *input,
                         const double *numbers,
                         size_t count,
                         struct pavane_error **error);

/**
 * Gives an input that is one number a value, or one that is a bool, as `pavane_set` does.
 */
pavane_status pavane_set_number(struct pavane_engine *engine,
                                const char *input,
                                double number,
                                struct pavane_error **error);

/**
 * Gives an input that is a text another one, from the next frame on. It is copied.
 */
pavane_status pavane_set_text(struct pavane_engine *engine,
                              const char *input,
                              const char *text_bytes,
                              size_t length,
                              struct pavane_error **error);

/**
 * Sends an event, which happens in the next frame: with as many numbers as what it carries has components, or with none.
 */
pavane_status pavane_send(struct pavane_engine *engine,
                          const char *event,
                          const double *numbers,
                          size_t count,
                          struct pavane_error **error);

/**
 * Sends an event at a time of its own, in flicks from the beginning: in the frame that reaches it, at exactly that time.
 *
 * `PAVANE_ERROR_TIME`: it has passed, further back than `rollback` of the settings.
 */
pavane_status pavane_send_at(struct pavane_engine *engine,
                             const char *event,
                             uint64_t flicks,
                             const double *numbers,
                             size_t count,
                             struct pavane_error **error);

/**
 * Sends an event that carries a text, which happens in the next frame.
 */
pavane_status pavane_send_text(struct pavane_engine *engine,
                               const char *event,
                               const char *text_bytes,
                               size_t length,
                               struct pavane_error **error);

/**
 * The numbers of a signal as the frame that the engine is at has them, four of them, those that its type lacks 0; bools are 0 and
 * 1. Null `value_type` is not told.
 */
pavane_status pavane_signal(struct pavane_engine *engine,
                            const char *signal,
                            double (*numbers)[4],
                            uint32_t *value_type,
                            struct pavane_error **error);

/**
 * What a signal that is a text says in the frame that the engine is at. It stays until the next call of the engine.
 */
pavane_status pavane_signal_text(struct pavane_engine *engine,
                                 const char *signal,
                                 struct pavane_string *text,
                                 struct pavane_error **error);

/**
 * The status of the call that has made the error; `PAVANE_ERROR_ARGUMENT` or `PAVANE_ERROR_HANDLE` where it is no error.
 */
pavane_status pavane_error_status(const struct pavane_error *error);

/**
 * What went wrong, for people; of a patch every diagnostic with its line underlined. It stays until the error is freed; null
 * where it is no error.
 */
const char *pavane_error_message(const struct pavane_error *error);

/**
 * How many diagnostics it has: those of a patch or a program, in the order of the source; 0 for other errors.
 */
size_t pavane_error_count(const struct pavane_error *error);

/**
 * A diagnostic of an error, from 0 on.
 */
pavane_status pavane_error_diagnostic(const struct pavane_error *error,
                                      size_t at,
                                      struct pavane_diagnostic *diagnostic);

/**
 * Frees an error. Null is none.
 */
void pavane_error_free(struct pavane_error *error);

/**
 * A field of a program, from 0 on: what `pavane_field` tells.
 */
pavane_status pavane_program_field(const struct pavane_program *program,
                                   uint32_t at,
                                   struct pavane_field_info *info,
                                   struct pavane_error **error);

/**
 * A field as the frame that the engine is at has it. What nothing draws is there only in an engine that has `PAVANE_EVERYTHING` among
 * its flags.
 */
pavane_status pavane_field(struct pavane_engine *engine,
                           const char *domain,
                           const char *field,
                           struct pavane_field_info *info,
                           struct pavane_error **error);

/**
 * Writes one component of a field, from 0 on, a number of each element in the order of their indices, as many as there is room for, and
 * says how many there are. Bools are 0 and 1; of a text it is a number that equal texts share.
 */
pavane_status pavane_field_numbers(struct pavane_engine *engine,
                                   const char *domain,
                                   const char *field,
                                   uint32_t component,
                                   double *numbers,
                                   size_t room_for,
                                   size_t *count,
                                   struct pavane_error **error);

/**
 * What a field of texts says of an element. It stays until the next call of the engine.
 */
pavane_status pavane_field_text(struct pavane_engine *engine,
                                const char *domain,
                                const char *field,
                                uint32_t element,
                                struct pavane_string *text,
                                struct pavane_error **error);

/**
 * A pass of the frame that the engine is at, from 0 on, in the order in which they are drawn.
 */
pavane_status pavane_pass_at(struct pavane_engine *engine,
                             uint32_t at,
                             struct pavane_pass_info *info,
                             struct pavane_error **error);

/**
 * Writes the elements of a pass as records of 32 bytes, in the order in which they are drawn, as many as there is room for, and
 * says how many there are.
 */
pavane_status pavane_pass_instances(struct pavane_engine *engine,
                                    uint32_t at,
                                    struct pavane_instance *records,
                                    size_t room_for,
                                    size_t *count,
                                    struct pavane_error **error);

/**
 * As `pavane_pass_instances`, with everything that is drawn of an element: records of 64 bytes.
 */
pavane_status pavane_pass_full_instances(struct pavane_engine *engine,
                                         uint32_t at,
                                         struct pavane_full_instance *records,
                                         size_t room_for,
                                         size_t *count,
                                         struct pavane_error **error);

/**
 * Writes one attribute of the elements of a pass, in the order in which they are drawn, as many as there is room for, and says how
 * many there are.
 */
pavane_status pavane_pass_column(struct pavane_engine *engine,
                                 uint32_t at,
                                 uint32_t column,
                                 float *values,
                                 size_t room_for,
                                 size_t *count,
                                 struct pavane_error **error);

/**
 * As `pavane_pass_column`, for colours: 4 bytes each, red first. `room_for` is how many colours.
 */
pavane_status pavane_pass_colors(struct pavane_engine *engine,
                                 uint32_t at,
                                 uint32_t which,
                                 uint8_t (*colors)[4],
                                 size_t room_for,
                                 size_t *count,
                                 struct pavane_error **error);

/**
 * Something that has happened since the frame before, from 0 on, in order: events of the host, and those that the patch makes.
 */
pavane_status pavane_event_at(struct pavane_engine *engine,
                              uint32_t at,
                              struct pavane_event_info *info,
                              struct pavane_error **error);

/**
 * The files that lie beside a patch: `path` is that of the patch, which need not exist. Links may not lead out of its folder.
 */
pavane_status pavane_files_beside(const char *path,
                                  struct pavane_files **files,
                                  struct pavane_error **error);

/**
 * Files of memory: none at first.
 */
pavane_status pavane_files_new(struct pavane_files **files, struct pavane_error **error);

/**
 * Adds a file to files of memory, or puts another one in its place: a patch, a table, an image, a font. `path` is what stands
 * behind `use` or `from`, with `/` between its parts. The bytes are copied.
 */
pavane_status pavane_files_add(struct pavane_files *files,
                               const char *path,
                               const uint8_t *bytes,
                               size_t length,
                               struct pavane_error **error);

/**
 * Frees files; programs that were made of them stay. Null is none.
 */
void pavane_files_free(struct pavane_files *files);

/**
 * Compiles a patch. `text` has `length` bytes, or ends with a NUL where that is `PAVANE_NUL`; `file` is how diagnostics call it.
 * `files` are those that it may use, and null means none. `parameters` are values for some of its `param`s.
 *
 * `PAVANE_ERROR_PATCH`: it has mistakes, all of which the error tells.
 */
pavane_status pavane_compile(const char *text_bytes,
                             size_t length,
                             const char *file,
                             const struct pavane_files *files,
                             const struct pavane_parameter *parameters,
                             size_t parameter_count,
                             struct pavane_program **program,
                             struct pavane_error **error);

/**
 * Compiles a file, with the files that lie beside it.
 */
pavane_status pavane_compile_file(const char *path,
                                  const struct pavane_parameter *parameters,
                                  size_t parameter_count,
                                  struct pavane_program **program,
                                  struct pavane_error **error);

/**
 * Reads a program from the JSON that `pavane compile` writes. `file` is how diagnostics call it. One that `pavane compile --bundle` has
 * written is read by `pavane_program_from_bundle`.
 */
pavane_status pavane_program_from_json(const char *json,
                                       size_t length,
                                       const char *file,
                                       struct pavane_program **program,
                                       struct pavane_error **error);

/**
 * Reads a program whose images and fonts are files beside it, as `pavane compile --bundle` writes it, from its JSON: `files` has those
 * files, by names that begin with `files/`. `pavane_files_beside` of the program's path has them where the bundle is a folder.
 *
 * `PAVANE_ERROR_PATCH`: a file is missing, or holds something else than its name says; or it is no program.
 */
pavane_status pavane_program_from_bundle(const char *json,
                                         size_t length,
                                         const char *file,
                                         const struct pavane_files *files,
                                         struct pavane_program **program,
                                         struct pavane_error **error);

/**
 * Frees a program; engines that run it go on. Null is none.
 */
void pavane_program_free(struct pavane_program *program);

/**
 * What is probably not meant so in a patch, each with its line underlined; empty where there is nothing. It stays until the
 * program is freed; null where it is no program.
 */
const char *pavane_program_warnings(const struct pavane_program *program);

/**
 * What a program says of itself.
 */
pavane_status pavane_program_about(const struct pavane_program *program,
                                   struct pavane_program_info *info,
                                   struct pavane_error **error);

/**
 * An input of a program, from 0 on: what `pavane_set` takes.
 */
pavane_status pavane_program_input(const struct pavane_program *program,
                                   uint32_t at,
                                   struct pavane_named *input,
                                   struct pavane_error **error);

/**
 * An event of a program, from 0 on: what `pavane_event_at` tells, and `pavane_send` takes where `is_given` is 1.
 */
pavane_status pavane_program_event(const struct pavane_program *program,
                                   uint32_t at,
                                   struct pavane_named *event,
                                   struct pavane_error **error);

/**
 * A signal of a program, from 0 on: what `pavane_signal` reads.
 */
pavane_status pavane_program_signal(const struct pavane_program *program,
                                    uint32_t at,
                                    struct pavane_named *signal,
                                    struct pavane_error **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PAVANE_H */
