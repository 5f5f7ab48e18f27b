// Memory of an index: aligned, zeroed, counted, and on huge pages where the system grants them.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace ann {

inline constexpr std::size_t kCacheLine = 64;
inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// Asks for all lines of what lies at `from`. `locality`: 3 for the nearest cache, 2 for the next one.
template <int locality = 3>
inline void prefetch(const void* from, std::size_t bytes) {
    // A function of nothing but prefetches has no effect that gcc knows of: it would leave out calls of it.
    asm volatile("");
    for (std::size_t i = 0; i < bytes; i += kCacheLine)
        __builtin_prefetch(static_cast<const char*>(from) + i, 0, locality);
}

/// A fixed number of trivially copyable items, all zero at first.
/// Arrays of 2 MiB and more are aligned to huge pages: a graph search touches rows at random, and
/// with 4 KiB pages nearly every row would also miss in the TLB.
/// Throws std::bad_alloc.
template <class T>
class AlignedArray {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    AlignedArray() = default;

    explicit AlignedArray(std::size_t count) : count_(count) {
        if (count > (static_cast<std::size_t>(-1) - kHugePage) / sizeof(T)) throw std::bad_alloc();
        const std::size_t wanted = count * sizeof(T);
        const std::size_t alignment = wanted >= kHugePage ? kHugePage : kCacheLine;
        bytes_ = (wanted + alignment - 1) / alignment * alignment;
        if (bytes_ == 0) return;
        data_ = static_cast<T*>(std::aligned_alloc(alignment, bytes_));
        if (data_ == nullptr) throw std::bad_alloc();
#if defined(__linux__) && defined(MADV_HUGEPAGE)
        // Advice only: where it is refused, the array works with small pages.
        if (alignment == kHugePage) (void)madvise(data_, bytes_, MADV_HUGEPAGE);
#endif
        std::memset(static_cast<void*>(data_), 0, bytes_);
    }

    AlignedArray(AlignedArray&& other) noexcept { swap(other); }
    AlignedArray& operator=(AlignedArray&& other) noexcept {
        swap(other);
        return *this;
    }
    AlignedArray(const AlignedArray&) = delete;
    AlignedArray& operator=(const AlignedArray&) = delete;
    ~AlignedArray() {
        if (!borrowed_) std::free(data_);
    }

    /// Items that somebody else owns, aligned to kCacheLine, and that are only read.
    static AlignedArray borrow(const T* data, std::size_t count) {
        AlignedArray array;
        array.data_ = const_cast<T*>(data);
        array.count_ = count;
        array.bytes_ = count * sizeof(T);
        array.borrowed_ = true;
        return array;
    }

    [[nodiscard]] T* data() { return data_; }
    [[nodiscard]] const T* data() const { return data_; }
    T& operator[](std::size_t i) { return data_[i]; }
    const T& operator[](std::size_t i) const { return data_[i]; }
    [[nodiscard]] std::size_t size() const { return count_; }

    /// Bytes really allocated, padding included.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    void swap(AlignedArray& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(count_, other.count_);
        std::swap(bytes_, other.bytes_);
        std::swap(borrowed_, other.borrowed_);
    }

    T* data_ = nullptr;
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
    bool borrowed_ = false;
};

}  // namespace ann
