/* ann_abi.h: what an implementation looks like from outside, in plain C.
 *
 * A shared object exports one symbol, `ann_plugin`, of the type below. ann.h makes it from a C++
 * class; C, Rust or Zig can fill it in by hand. Functions that return int return an ann_status. */
#ifndef ANN_ABI_H
#define ANN_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ANN_ABI_VERSION 1u

enum ann_status {
  ANN_OK = 0,
  ANN_FAILED = 1,            /* error() says why */
  ANN_OUT_OF_MEMORY = 2,
  ANN_UNKNOWN_PARAMETER = 3
};

enum ann_metric { ANN_EUCLIDEAN = 0, ANN_ANGULAR = 1 };

enum ann_flags {
  ANN_CONCURRENT_SEARCH = 1u, /* search may be called from several threads at once */
  ANN_BATCH = 2u              /* search_batch is worth calling when there are several threads */
};

typedef struct ann_matrix {
  const float* data; /* row-major */
  uint64_t rows;
  uint64_t dim;
} ann_matrix;

typedef struct ann_plugin_1 {
  uint32_t version; /* ANN_ABI_VERSION */
  uint32_t flags;
  const char* name;
  void* (*create)(void); /* NULL when it failed */
  void (*destroy)(void* index);
  void (*set_threads)(int threads); /* of whatever runs inside, such as OpenMP; may be NULL */
  int (*set)(void* index, const char* name, double value);
  int (*build)(void* index, const ann_matrix* train, int metric);
  int (*search)(void* index, const float* query, int k, int32_t* ids);
  int (*search_batch)(void* index, const ann_matrix* queries, int k, int32_t* ids);
  uint64_t (*memory)(void* index); /* 0: not told */
  const char* (*error)(void);      /* why the last call of this thread failed */
} ann_plugin_1;

#ifdef __cplusplus
}
#endif
#endif
