//go:build ignore

/* Small blocks that were freed are given out again, included in quickjs.c before
 * its allocator.
 *
 * A list for each size of block holds the last ones that were freed. They count as
 * used in their arenas, so a program that makes and drops one thing after the other
 * neither finds its arena each time nor frees and makes one. Not more than a few of
 * each size are kept: the rest goes back, so that empty arenas are freed. */

/* How many of each size: 2 KB of them, and 64 at most. */
static const uint8_t bt_kept_most[JS_ARENA_BLOCK_SIZE_COUNT] = {
    64, 64, 64, 51, 42, 36, 32, 28, 25, 23, 21, 19, 18, 17, 16, 14, 12, 11, 10, 9, 9, 8, 8,
    7, 6, 5, 5, 4, 4, 4, 4,
};

/* The list's next, in what was the block's content. */
static inline JSMallocBlockHeader **bt_kept_next(JSMallocBlockHeader *b)
{
    return (JSMallocBlockHeader **)b->user_data;
}

/* A kept block for so many bytes, or NULL. */
static inline void *bt_kept(JSRuntime *rt, size_t size)
{
    /* The size class of a block with its header, by its length in words of 8 bytes. */
    static const uint8_t classes[JS_ARENA_MAX_SMALL_SIZE / 8 + 1] = {
        0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 21, 21, 22, 22,
        23, 23, 23, 23, 24, 24, 24, 24, 25, 25, 25, 25, 26, 26, 26, 26, 27, 27, 27, 27, 28, 28, 28, 28, 29, 29, 29, 29, 30, 30, 30, 30,
    };
    JSMallocState *s = &rt->malloc_state;
    JSMallocBlockHeader *b;
    unsigned k;
    if (size - 1 >= JS_ARENA_MAX_SMALL_SIZE - sizeof(JSMallocBlockHeader))
        return NULL;
    k = classes[(size + sizeof(JSMallocBlockHeader) + 7) / 8];
    b = rt->arena_state.kept[k];
    if (!b || s->malloc_size + size > s->malloc_limit - 1)
        return NULL;
    rt->arena_state.kept[k] = *bt_kept_next(b);
    rt->arena_state.kept_count[k]--;
    s->malloc_count++;
    s->malloc_size += arena_block_sizes[k] - sizeof(JSMallocBlockHeader) + MALLOC_OVERHEAD;
    return b->user_data;
}

/* Whether the block, which its owner frees, was kept. */
static inline bool bt_keep(JSRuntime *rt, void *ptr)
{
    JSMallocState *s = &rt->malloc_state;
    JSMallocBlockHeader *b = container_of(ptr, JSMallocBlockHeader, user_data);
    unsigned k = b->block_size_idx;
    if (b->u.block_idx == JS_ARENA_FREE_NIL || rt->arena_state.kept_count[k] == bt_kept_most[k])
        return false;
    *bt_kept_next(b) = rt->arena_state.kept[k];
    rt->arena_state.kept[k] = b;
    rt->arena_state.kept_count[k]++;
    s->malloc_count--;
    s->malloc_size -= arena_block_sizes[k] - sizeof(JSMallocBlockHeader) + MALLOC_OVERHEAD;
    return true;
}

/* Gives all kept blocks back to their arenas. */
static void bt_give_back(JSRuntime *rt)
{
    int k;
    for (k = 0; k < JS_ARENA_BLOCK_SIZE_COUNT; k++) {
        JSMallocBlockHeader *b, *next;
        for (b = rt->arena_state.kept[k]; b; b = next) {
            next = *bt_kept_next(b);
            js_arena_free(rt, b->user_data);
        }
        rt->arena_state.kept[k] = NULL;
        rt->arena_state.kept_count[k] = 0;
    }
}
