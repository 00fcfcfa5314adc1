//go:build ignore

/* Small blocks are given out from lists, included in quickjs.c before its allocator.
 *
 * A list for each size of block holds the last ones that were freed, or the next few
 * of an arena. They count as used in their arenas, so a program that makes and drops
 * one thing after the other neither finds its arena each time nor frees and makes one.
 * Not more than a few of each size are kept: the rest goes back, so that empty arenas
 * are freed. An arena's blocks are written when they are first taken, not when it is
 * made. The runtime has no limit of its own on memory: that is the host's. */

/* The size class of a block with its header, by its length in words of 8 bytes. */
static const uint8_t bt_classes[JS_ARENA_MAX_SMALL_SIZE / 8 + 1] = {
    0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 21, 21, 22, 22,
    23, 23, 23, 23, 24, 24, 24, 24, 25, 25, 25, 25, 26, 26, 26, 26, 27, 27, 27, 27, 28, 28, 28, 28, 29, 29, 29, 29, 30, 30, 30, 30,
};

static no_inline JSArena *arena_new(JSRuntime *rt, int block_size_idx);
static void js_arena_free(JSRuntime *rt, void *ptr);

/* The list's next, in what was the block's content. */
static inline JSMallocBlockHeader **bt_kept_next(JSMallocBlockHeader *b)
{
    return (JSMallocBlockHeader **)b->user_data;
}

/* Makes the lists: 2 KB of each size may be kept, and 64 blocks at most. */
static void bt_kept_init(JSArenaState *s)
{
    int k;
    for (k = 0; k < JS_ARENA_BLOCK_SIZE_COUNT; k++) {
        s->kept[k].counted = arena_block_sizes[k] - sizeof(JSMallocBlockHeader) + MALLOC_OVERHEAD;
        s->kept[k].most = s->kept[k].room = min_int(2048 / arena_block_sizes[k], 64);
    }
}

/* Takes a block of an arena that has a free one, of the size class k: one that was freed,
 * else one that was never taken. */
static inline JSMallocBlockHeader *bt_arena_take(JSArena *ar, unsigned k)
{
    unsigned i = ar->first_free_block;
    JSMallocBlockHeader *b;
    if (i == JS_ARENA_FREE_NIL) {
        i = ar->n_fresh++;
        b = (JSMallocBlockHeader *)(ar->blocks + i * arena_block_sizes[k]);
        b->block_size_idx = k;
    } else {
        b = (JSMallocBlockHeader *)(ar->blocks + i * arena_block_sizes[k]);
        ar->first_free_block = b->u.free_next;
    }
    b->u.block_idx = i;
    if (++ar->n_used_blocks == ar->n_blocks)
        list_del(&ar->free_link);
    return b;
}

/* Puts the next blocks of an arena, an eighth of what may be kept, into the list of the
 * size class k, which is empty; returns the first, or NULL without memory. */
static no_inline JSMallocBlockHeader *bt_refill(JSRuntime *rt, unsigned k)
{
    struct list_head *head = &rt->arena_state.free_arena_list[k];
    bt_list *list = &rt->arena_state.kept[k];
    JSMallocBlockHeader *b;
    JSArena *ar;
    unsigned n, i, size;
    if (JS_ARENA_LARGE_BLOCKS_ONLY || (list_empty(head) && !arena_new(rt, k)))
        return NULL;
    ar = list_entry(head->next, JSArena, free_link);
    if (ar->first_free_block != JS_ARENA_FREE_NIL || ar->n_used_blocks + 1 >= ar->n_blocks) {
        b = bt_arena_take(ar, k);
        *bt_kept_next(b) = NULL;
        list->room--;
        return list->first = b;
    }
    n = min_int(ar->n_blocks - ar->n_used_blocks - 1, 1 + list->most / 8);
    size = arena_block_sizes[k];
    i = ar->n_fresh;
    list->first = b = (JSMallocBlockHeader *)(ar->blocks + i * size);
    list->room -= n;
    ar->n_fresh = i + n;
    ar->n_used_blocks += n;
#pragma clang loop unroll(disable)
    for (;; i++, b = (JSMallocBlockHeader *)((uint8_t *)b + size)) {
        bt_store32(b, i | k << 16); /* block_idx and block_size_idx */
        if (!--n)
            break;
        *bt_kept_next(b) = (JSMallocBlockHeader *)((uint8_t *)b + size);
    }
    *bt_kept_next(b) = NULL;
    return list->first;
}

/* A small block for so many bytes, or NULL: then they are too many, or no more is to be had. */
static inline void *bt_kept(JSRuntime *rt, size_t size)
{
    JSMallocState *s = &rt->malloc_state;
    JSMallocBlockHeader *b;
    bt_list *list;
    unsigned k;
    if (size - 1 >= JS_ARENA_MAX_SMALL_SIZE - sizeof(JSMallocBlockHeader))
        return NULL;
    k = bt_classes[(size + sizeof(JSMallocBlockHeader) + 7) / 8];
    list = &rt->arena_state.kept[k];
    b = list->first;
    if (!b && !(b = bt_refill(rt, k)))
        return NULL;
    list->first = *bt_kept_next(b);
    list->room++;
    s->malloc_size += list->counted;
    s->malloc_count++;
    return b->user_data;
}

/* Whether the block, which its owner frees, was kept. */
static inline bool bt_keep(JSRuntime *rt, void *ptr)
{
    JSMallocState *s = &rt->malloc_state;
    JSMallocBlockHeader *b = container_of(ptr, JSMallocBlockHeader, user_data);
    uint32_t head = bt_load32(b); /* block_idx and block_size_idx, with one bounds check */
    bt_list *list;
    if ((uint16_t)head == JS_ARENA_FREE_NIL)
        return false;
    list = &rt->arena_state.kept[(uint8_t)(head >> 16)];
    if (!list->room)
        return false;
    *bt_kept_next(b) = list->first;
    list->first = b;
    list->room--;
    s->malloc_size -= list->counted;
    s->malloc_count--;
    return true;
}

/* Gives all kept blocks back to their arenas. */
static void bt_give_back(JSRuntime *rt)
{
    int k;
    for (k = 0; k < JS_ARENA_BLOCK_SIZE_COUNT; k++) {
        bt_list *list = &rt->arena_state.kept[k];
        JSMallocBlockHeader *b, *next;
        for (b = list->first; b; b = next) {
            next = *bt_kept_next(b);
            js_arena_free(rt, b->user_data);
        }
        list->first = NULL;
        list->room = list->most;
    }
}

/* What an image holds back, so that the error of a program which runs out of memory can be made, and
 * printed: it is given free with the first. */
static void *bt_held_back;

static bool bt_hold_back(void)
{
    bt_held_back = malloc(64 << 10);
    return bt_held_back;
}

static void bt_let_go(void)
{
    if (bt_held_back) {
        free(bt_held_back);
        bt_held_back = NULL;
    }
}
