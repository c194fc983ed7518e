/*
 * A host: a patch in memory with a file that it uses, an input, an event, records for an upload, an edit that keeps state.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pavane.h"

static const char ring[] =
    "param many = 6\n"
    "domain dots[many] {\n"
    "  place = (0.5, 0.5) + polar(0.3, rank * 1turn)\n"
    "  side = if place.x < 0.5 then \"left\" else \"right\"\n"
    "  draw circle { position: place, size: 0.05, color: #9cf }\n"
    "}\n";

static const char patch[] =
    "use \"ring.pav\" as ring { many: 12 }\n"
    "input pointer: vec2 = (0.5, 0.5)\n"
    "input name: text = \"nobody\"\n"
    "event click\n"
    "state hits = 0\n"
    "on click { hits = hits + 1 }\n"
    "shown = \"{name}: {hits}\"\n"
    "draw circle { position: pointer, size: 0.1 + 0.02 * hits, color: if shown == \"\" then #fff else #fc6 }\n";

/* The same with another colour: an edit. */
static const char edited[] =
    "input pointer: vec2 = (0.5, 0.5)\n"
    "event click\n"
    "state hits = 0\n"
    "on click { hits = hits + 1 }\n"
    "draw circle { position: pointer, size: 0.1 + 0.02 * hits, color: #f44 }\n";

static const char mistaken[] = "draw circle { position: (0.5, 0.5), sise: 0.1, color: #fff }";

/* Ends the program with the reason where a call fails. It takes where the reason is, since C evaluates arguments in any order. */
static void done(pavane_status status, pavane_error *const *error) {
    if (status == PAVANE_OK) return;
    fprintf(stderr, "status %" PRIu32 ": %s\n", status, error == NULL ? "" : pavane_error_message(*error));
    if (error != NULL) pavane_error_free(*error);
    exit(1);
}

int main(void) {
    pavane_error *error = NULL;
    pavane_files *files = NULL;
    pavane_program *program = NULL, *next = NULL, *wrong = NULL;
    pavane_engine *engine = NULL;
    pavane_settings settings = {0};
    pavane_frame_info frame = {0};
    pavane_pass_info pass = {0};
    pavane_event_info event = {0};
    pavane_field_info field = {0};
    pavane_swap_info swap = {0};
    pavane_diagnostic diagnostic = {0};
    pavane_string said;
    const double pointer[2] = {0.25, 0.75};
    double hits[4], places[16];
    pavane_instance records[16];
    uint32_t at;
    size_t count;

    frame.size = sizeof frame;
    pass.size = sizeof pass;
    event.size = sizeof event;
    field.size = sizeof field;
    swap.size = sizeof swap;
    diagnostic.size = sizeof diagnostic;

    /* A mistake comes with its place, and how to mend it. */
    if (pavane_compile(mistaken, PAVANE_NUL, "wrong.pav", NULL, NULL, 0, &wrong, &error) == PAVANE_ERROR_PATCH) {
        done(pavane_error_diagnostic(error, 0, &diagnostic), NULL);
        printf("%s at %" PRIu32 ":%" PRIu32 "\n", diagnostic.code, diagnostic.line, diagnostic.column);
        printf("%s", pavane_error_message(error));
        pavane_error_free(error);
    }

    done(pavane_files_new(&files, &error), &error);
    done(pavane_files_add(files, "ring.pav", (const uint8_t *)ring, strlen(ring), &error), &error);
    done(pavane_compile(patch, PAVANE_NUL, "host.pav", files, NULL, 0, &program, &error), &error);
    pavane_files_free(files);

    settings.size = sizeof settings;
    settings.width = 640;
    settings.height = 480;
    settings.fps_numerator = 50;
    settings.threads = 2;
    settings.flags = PAVANE_EVERYTHING; /* `side` is read here, though nothing draws it */
    done(pavane_engine_new(program, &settings, &engine, &error), &error);
    pavane_program_free(program);

    done(pavane_set(engine, "pointer", pointer, 2, &error), &error);
    done(pavane_set_text(engine, "name", "Ada", PAVANE_NUL, &error), &error);
    done(pavane_send(engine, "click", NULL, 0, &error), &error);
    done(pavane_send(engine, "click", NULL, 0, &error), &error);
    done(pavane_frame(engine, 0, &frame, &error), &error);
    done(pavane_signal_text(engine, "shown", &said, &error), &error);
    printf("frame %" PRIu64 ", %" PRIu32 " passes, %.*s\n", frame.index, frame.passes, (int)said.length, said.bytes);
    for (at = 0; at < frame.events; at++) {
        done(pavane_event_at(engine, at, &event, &error), &error);
        printf("%.*s at %" PRIu64 "\n", (int)event.name.length, event.name.bytes, event.flicks);
    }
    for (at = 0; at < frame.passes; at++) {
        done(pavane_pass_at(engine, at, &pass, &error), &error);
        done(pavane_pass_instances(engine, at, records, 16, &count, &error), &error);
        printf("%.*s: %" PRIu32 " of shape %" PRIu32 ", the first at %.3f %.3f, %.3f wide\n", (int)pass.name.length,
               pass.name.bytes, pass.count, pass.shape, records[0].position[0], records[0].position[1],
               records[0].extent[0]);
    }

    /* Values of elements by their names, drawn or not. */
    done(pavane_field(engine, "ring.dots", "place", &field, &error), &error);
    done(pavane_field_numbers(engine, "ring.dots", "place", 1, places, 16, &count, &error), &error);
    done(pavane_field_text(engine, "ring.dots", "side", 3, &said, &error), &error);
    printf("%" PRIu32 " places of %" PRIu32 " numbers, dot 3 at y %.3f, on the %.*s\n", field.count, field.components,
           places[3], (int)said.length, said.bytes);

    done(pavane_compile(edited, PAVANE_NUL, "host.pav", NULL, NULL, 0, &next, &error), &error);
    done(pavane_swap(engine, next, &swap, &error), &error);
    pavane_program_free(next);
    printf("%.*s\n", (int)swap.report.length, swap.report.bytes);
    /* A tick of 20 ms: the next frame at 50 frames per second. */
    done(pavane_tick(engine, 20000000, &frame, &error), &error);
    done(pavane_signal(engine, "hits", &hits, NULL, &error), &error);
    printf("frame %" PRIu64 " at %.2f s, %.0f hits\n", frame.index, frame.seconds, hits[0]);

    pavane_engine_free(engine);
    return 0;
}
