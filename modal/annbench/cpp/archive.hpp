// Writing an index to a file and reading it back, by one list of its members.
//
// A class says once what it consists of: template <class A> void archive(A& a) { a(first_, second_); }.
// Numbers and vectors stand where they come; arrays begin on a page, so that a mapped file can be
// searched as it lies. All is little-endian and guarded by one checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "memory.hpp"

namespace ann {

/// FNV-1a by words of eight bytes, in four strands: it keeps up with a disk.
class Checksum {
public:
    void add(const void* data, std::size_t bytes);
    [[nodiscard]] std::uint64_t value() const;

private:
    std::uint64_t strands_[4] = {1, 2, 3, 4};
    std::uint64_t length_ = 0;
};

/// Writes to a file beside `path`, which takes its name in close(). Throws std::runtime_error with
/// what the system says.
class Writer {
public:
    Writer(const std::string& path, const char* kind, std::uint32_t version);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    template <class... Each>
    void operator()(Each&... each) {
        (one(each), ...);
    }
    void close();

private:
    template <class T>
    void one(T& value) {
        if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) raw(&value, sizeof value);
        else value.archive(*this);
    }
    template <class T>
    void one(std::vector<T>& values) {
        static_assert(std::is_trivially_copyable_v<T>);
        std::uint64_t count = values.size();
        one(count);
        raw(values.data(), count * sizeof(T));
    }
    template <class T>
    void one(AlignedArray<T>& values) {
        std::uint64_t count = values.size();
        one(count);
        to_page();
        raw(values.data(), count * sizeof(T));
    }
    void raw(const void* data, std::size_t bytes);
    void to_page();

    struct File;
    std::unique_ptr<File> file_;
};

/// Reads what a Writer wrote. Throws std::runtime_error that says what is wrong with the file: no such
/// kind, another version, cut off, or a checksum that does not fit.
class Reader {
public:
    /// `map`: arrays stay in the file, which is mapped and read when it is used. Its checksum is
    /// looked at either way.
    Reader(const std::string& path, const char* kind, std::uint32_t version, bool map);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    template <class... Each>
    void operator()(Each&... each) {
        (one(each), ...);
    }
    /// What must live as long as the arrays do; empty unless they are mapped.
    [[nodiscard]] std::shared_ptr<const void> keep() const;

private:
    template <class T>
    void one(T& value) {
        if constexpr (std::is_same_v<T, bool>)
            value = *static_cast<const unsigned char*>(take(1)) != 0;
        else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>)
            std::memcpy(&value, take(sizeof value), sizeof value);
        else value.archive(*this);
    }
    template <class T>
    void one(std::vector<T>& values) {
        const std::size_t count = counted(sizeof(T));
        values.resize(count);
        if (count > 0) std::memcpy(values.data(), take(count * sizeof(T)), count * sizeof(T));
    }
    template <class T>
    void one(AlignedArray<T>& values) {
        const std::size_t count = counted(sizeof(T));
        to_page();
        const void* data = take(count * sizeof(T));
        if (map_) {
            values = AlignedArray<T>::borrow(static_cast<const T*>(data), count);
            return;
        }
        values = AlignedArray<T>(count);
        if (count > 0) std::memcpy(values.data(), data, count * sizeof(T));
    }
    /// The next count, as far as so many items of that size can follow.
    std::size_t counted(std::size_t item);
    const void* take(std::size_t bytes);
    void to_page();

    struct File;
    std::shared_ptr<File> file_;
    std::size_t at_ = 0;
    bool map_;
};

}  // namespace ann
