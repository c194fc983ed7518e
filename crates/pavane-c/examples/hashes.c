/*
 * Plays a patch and prints the hash of every frame, as `pavane render PATCH --hash` does; writes a frame as a picture.
 *
 *     cc -std=c99 hashes.c -I../include -L../../../target/release -lpavane -o hashes
 *     ./hashes spiral.pav 60                      frames 0 to 59
 *     ./hashes spiral.pav 60 last.ppm 480 480     and the last of them as a picture
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "pavane.h"

/* Says what went wrong, with the lines of the patch underlined, and frees it. */
static int failed(const char *what, pavane_error *error) {
    const char *message = pavane_error_message(error);
    fprintf(stderr, "%s: %s\n", what, message != NULL ? message : "no reason was given");
    pavane_error_free(error);
    return 1;
}

static int write_picture(pavane_engine *engine, const char *path, uint32_t width, uint32_t height) {
    pavane_picture picture = {0};
    pavane_error *error = NULL;
    size_t count = (size_t)width * height, at;
    uint8_t *pixels = (uint8_t *)malloc(count * 4);
    FILE *file;
    int result = 0;

    if (pixels == NULL) return 1;
    picture.size = sizeof picture;
    picture.width = width;
    picture.height = height;
    if (pavane_draw(engine, &picture, pixels, count * 4, &error) != PAVANE_OK) {
        free(pixels);
        return failed(path, error);
    }
    file = fopen(path, "wb");
    if (file == NULL) {
        free(pixels);
        return 1;
    }
    fprintf(file, "P6\n%" PRIu32 " %" PRIu32 "\n255\n", width, height);
    for (at = 0; at < count; at++) {
        if (fwrite(pixels + 4 * at, 1, 3, file) != 3) result = 1;
    }
    if (fclose(file) != 0) result = 1;
    free(pixels);
    return result;
}

int main(int argc, char **argv) {
    pavane_error *error = NULL;
    pavane_program *program = NULL;
    pavane_engine *engine = NULL;
    uint64_t index, count, hash;
    int result = 0;

    if (argc != 3 && argc != 6) {
        fprintf(stderr, "usage: %s PATCH FRAMES [PICTURE.ppm WIDTH HEIGHT]\n", argv[0]);
        return 2;
    }
    count = strtoull(argv[2], NULL, 10);
    if (pavane_compile_file(argv[1], NULL, 0, &program, &error) != PAVANE_OK) {
        return failed(argv[1], error);
    }
    fputs(pavane_program_warnings(program), stderr);
    if (pavane_engine_new(program, NULL, &engine, &error) != PAVANE_OK) {
        pavane_program_free(program);
        return failed(argv[1], error);
    }
    /* The engine has what it needs. */
    pavane_program_free(program);

    for (index = 0; index < count && result == 0; index++) {
        if (pavane_frame(engine, index, NULL, &error) != PAVANE_OK
            || pavane_hash(engine, &hash, &error) != PAVANE_OK) {
            result = failed(argv[1], error);
        } else {
            printf("frame %" PRIu64 " 0x%016" PRIx64 "\n", index, hash);
        }
    }
    if (result == 0 && argc == 6) {
        result = write_picture(engine, argv[3], (uint32_t)strtoul(argv[4], NULL, 10), (uint32_t)strtoul(argv[5], NULL, 10));
    }
    pavane_engine_free(engine);
    return result;
}
