/* The scenes that are named, drawn by cairo: `name|minimum|median` in milliseconds. */

#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 14, WARM_UP = 2, PARTS = 10, MOST = 1 << 16 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void draw(cairo_surface_t *surface, const float (*shapes)[PARTS], size_t count) {
    cairo_t *c = cairo_create(surface);
    cairo_set_source_rgb(c, 8 / 255.0, 9 / 255.0, 12 / 255.0);
    cairo_paint(c);
    for (size_t k = 0; k < count; k++) {
        const float *s = shapes[k];
        cairo_set_source_rgba(c, s[6] / 255, s[7] / 255, s[8] / 255, s[9] / 255);
        if (s[0] == 0) {
            cairo_arc(c, s[1], s[2], s[3] / 2, 0, 2 * M_PI);
        } else if (s[0] == 1) {
            cairo_rectangle(c, s[1] - s[3] / 2, s[2] - s[4] / 2, s[3], s[4]);
        } else {
            cairo_save(c);
            cairo_translate(c, s[1], s[2]);
            cairo_rotate(c, s[5]);
            cairo_rectangle(c, -s[3] / 2, -s[4] / 2, s[3], s[4]);
            cairo_restore(c);
        }
        cairo_fill(c);
    }
    cairo_destroy(c);
    cairo_surface_flush(surface);
}

int main(int count, char **names) {
    static float shapes[MOST][PARTS];
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 1920, 1080);
    for (int k = 1; k < count; k++) {
        FILE *file = fopen(names[k], "rb");
        if (!file) {
            perror(names[k]);
            return 1;
        }
        size_t found = fread(shapes, sizeof shapes[0], MOST, file);
        fclose(file);
        double times[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double begin = now();
            draw(surface, shapes, found);
            times[round] = now() - begin;
        }
        qsort(times + WARM_UP, ROUNDS - WARM_UP, sizeof times[0], compare);
        const char *slash = strrchr(names[k], '/');
        printf("%s|%.2f|%.2f\n", slash ? slash + 1 : names[k], times[WARM_UP], times[(ROUNDS + WARM_UP) / 2]);
    }
    if (getenv("PICTURE")) cairo_surface_write_to_png(surface, getenv("PICTURE"));
    return 0;
}
