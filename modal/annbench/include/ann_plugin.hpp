// From a C++ class to the C interface of ann_abi.h: no exception gets out, optional members are found
// by asking the compiler. An author of an index need not read this.
#pragma once

#include <cxxabi.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <type_traits>
#include <typeinfo>
#include <utility>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "ann_abi.h"

#define ANN_EXPORT_ __attribute__((visibility("default")))

namespace ann::detail {

static_assert(sizeof(int) == sizeof(std::int32_t));

inline char* error_text() {
  thread_local char text[512];
  return text;
}

inline void describe(const std::exception& e) {
  int status = 0;
  char* name = abi::__cxa_demangle(typeid(e).name(), nullptr, nullptr, &status);
  std::snprintf(error_text(), 512, "%s: %s", name ? name : typeid(e).name(), e.what());
  std::free(name);
}

/// Calls what may throw; says how it went.
template <class Call>
int guarded(Call&& call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    std::snprintf(error_text(), 512, "std::bad_alloc: memory was refused");
    return ANN_OUT_OF_MEMORY;
  } catch (const std::exception& e) {
    describe(e);
  } catch (...) {
    std::snprintf(error_text(), 512, "something was thrown that is no std::exception");
  }
  return ANN_FAILED;
}

inline void set_threads([[maybe_unused]] int threads) {
#ifdef _OPENMP
  omp_set_num_threads(threads);
#endif
}

template <class T, class = void>
struct CanBuild : std::false_type {};
template <class T>
struct CanBuild<T, std::void_t<decltype(std::declval<T&>().build(Matrix{}, Metric{}))>>
    : std::true_type {};

template <class T, class = void>
struct CanSearch : std::false_type {};
template <class T>
struct CanSearch<T, std::void_t<decltype(std::declval<T&>().search(
                        std::declval<const float*>(), 1, std::declval<int*>()))>> : std::true_type {
};

template <class T, class = void>
struct CanBatch : std::false_type {};
template <class T>
struct CanBatch<T, std::void_t<decltype(std::declval<T&>().search_batch(Matrix{}, 1,
                                                                        std::declval<int*>()))>>
    : std::true_type {};

template <class T, class = void>
struct CanSet : std::false_type {};
template <class T>
struct CanSet<T, std::void_t<decltype(std::declval<T&>().set(std::declval<const char*>(), 1.0))>>
    : std::true_type {};

template <class T, class = void>
struct CanTellMemory : std::false_type {};
template <class T>
struct CanTellMemory<T, std::void_t<decltype(std::declval<const T&>().memory())>>
    : std::true_type {};

template <class T>
struct Bridge {
  static_assert(std::is_default_constructible_v<T>,
                "REGISTER: the class needs a constructor without arguments");
  static_assert(CanBuild<T>::value,
                "REGISTER: the class needs  public: void build(ann::Matrix train, ann::Metric metric)");
  static_assert(CanSearch<T>::value,
                "REGISTER: the class needs  public: void search(const float* query, int k, int* out_ids)");

  static T& of(void* index) { return *static_cast<T*>(index); }

  static void* create() {
    void* index = nullptr;
    guarded([&] {
      index = new T();
      return ANN_OK;
    });
    return index;
  }

  static void destroy(void* index) { delete static_cast<T*>(index); }

  static int set(void* index, const char* name, double value) {
    return guarded([&]() -> int {
      if constexpr (!CanSet<T>::value) {
        return ANN_UNKNOWN_PARAMETER;
      } else if constexpr (std::is_void_v<decltype(of(index).set(name, value))>) {
        of(index).set(name, value);
        return ANN_OK;
      } else {
        return of(index).set(name, value) ? ANN_OK : ANN_UNKNOWN_PARAMETER;
      }
    });
  }

  static int build(void* index, const ann_matrix* train, int metric) {
    return guarded([&] {
      of(index).build(Matrix{train->data, train->rows, train->dim},
                      metric == ANN_ANGULAR ? Metric::angular : Metric::euclidean);
      return ANN_OK;
    });
  }

  static int search(void* index, const float* query, int k, std::int32_t* ids) {
    return guarded([&] {
      of(index).search(query, k, ids);
      return ANN_OK;
    });
  }

  static int search_batch(void* index, const ann_matrix* queries, int k, std::int32_t* ids) {
    return guarded([&] {
      const Matrix matrix{queries->data, queries->rows, queries->dim};
      if constexpr (CanBatch<T>::value) {
        of(index).search_batch(matrix, k, ids);
      } else {
        for (std::size_t q = 0; q < matrix.rows; ++q) of(index).search(matrix[q], k, ids + q * k);
      }
      return ANN_OK;
    });
  }

  static std::uint64_t memory([[maybe_unused]] void* index) {
    if constexpr (CanTellMemory<T>::value) {
      return static_cast<std::uint64_t>(std::as_const(of(index)).memory());
    } else {
      return 0;
    }
  }

  static const char* error() { return error_text(); }
};

template <class T>
constexpr ann_plugin_1 plugin(const char* name) {
  using B = Bridge<T>;
  return {ANN_ABI_VERSION,
          (CanSearch<const T>::value ? 0u + ANN_CONCURRENT_SEARCH : 0u) |
              (CanBatch<T>::value ? 0u + ANN_BATCH : 0u),
          name,
          &B::create,
          &B::destroy,
          &set_threads,
          &B::set,
          &B::build,
          &B::search,
          &B::search_batch,
          &B::memory,
          &B::error};
}

}  // namespace ann::detail

#define ANN_SELECT_(_1, _2, NAME, ...) NAME
#define ANN_REGISTER_1_(TYPE) ANN_REGISTER_2_(TYPE, #TYPE)
#define ANN_REGISTER_2_(TYPE, NAME)                    \
  extern "C" {                                         \
  ANN_EXPORT_ extern const ann_plugin_1 ann_plugin;    \
  }                                                    \
  const ann_plugin_1 ann_plugin = ::ann::detail::plugin<TYPE>(NAME);
