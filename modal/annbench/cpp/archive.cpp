#include "archive.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstdio>
#include <stdexcept>

namespace ann {
namespace {

static_assert(std::endian::native == std::endian::little, "index files are little-endian");

constexpr std::size_t kPage = 4096;
constexpr std::uint64_t kPrime = 0x0000'0100'0000'01B3ull;

/// The first page of a file.
struct Head {
    char kind[16];
    std::uint32_t version;
    std::uint32_t unused;
    std::uint64_t bytes;     // of the whole file
    std::uint64_t checksum;  // of all behind this page
};

[[noreturn]] void fail(const std::string& path, const std::string& why) {
    throw std::runtime_error(path + ": " + why);
}

[[noreturn]] void fail(const std::string& path) { fail(path, std::strerror(errno)); }

}  // namespace

void Checksum::add(const void* data, std::size_t bytes) {
    // Pieces of any length come in; only the last may leave a rest, since all are padded to 8 bytes.
    const auto* from = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i < bytes; i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, from + i, bytes - i < 8 ? bytes - i : 8);
        std::uint64_t& strand = strands_[length_++ % 4];
        strand = (strand ^ word) * kPrime;
    }
}

std::uint64_t Checksum::value() const {
    std::uint64_t all = length_;
    for (const std::uint64_t strand : strands_) all = (all ^ (strand ^ strand >> 29)) * kPrime;
    return all;
}

struct Writer::File {
    std::string path, beside;
    std::FILE* stream = nullptr;
    Head head{};
    Checksum checksum;
    std::uint64_t at = 0;
};

Writer::Writer(const std::string& path, const char* kind, std::uint32_t version)
    : file_(std::make_unique<File>()) {
    file_->path = path;
    file_->beside = path + ".part";
    file_->stream = std::fopen(file_->beside.c_str(), "wb");
    if (file_->stream == nullptr) fail(file_->beside);
    std::strncpy(file_->head.kind, kind, sizeof file_->head.kind - 1);
    file_->head.version = version;
    const char page[kPage] = {};
    if (std::fwrite(page, 1, kPage, file_->stream) != kPage) fail(file_->beside);
    file_->at = kPage;
}

Writer::~Writer() {
    if (file_->stream == nullptr) return;
    std::fclose(file_->stream);
    std::remove(file_->beside.c_str());
}

void Writer::raw(const void* data, std::size_t bytes) {
    if (bytes == 0) return;
    static constexpr char zeros[8] = {};
    const std::size_t pad = (8 - bytes % 8) % 8;
    if (std::fwrite(data, 1, bytes, file_->stream) != bytes ||
        std::fwrite(zeros, 1, pad, file_->stream) != pad)
        fail(file_->beside);
    file_->checksum.add(data, bytes);
    file_->at += bytes + pad;
}

void Writer::to_page() {
    static constexpr char zeros[kPage] = {};
    raw(zeros, (kPage - file_->at % kPage) % kPage);
}

void Writer::close() {
    File& file = *file_;
    file.head.bytes = file.at;
    file.head.checksum = file.checksum.value();
    const bool written = std::fseek(file.stream, 0, SEEK_SET) == 0 &&
                         std::fwrite(&file.head, sizeof file.head, 1, file.stream) == 1 &&
                         std::fflush(file.stream) == 0 && fsync(fileno(file.stream)) == 0;
    if (!written) fail(file.beside);
    const bool closed = std::fclose(file.stream) == 0;
    file.stream = nullptr;
    if (closed && std::rename(file.beside.c_str(), file.path.c_str()) == 0) return;
    const int why = errno;
    std::remove(file.beside.c_str());
    errno = why;
    fail(file.path);
}

struct Reader::File {
    std::string path;
    const unsigned char* data = nullptr;
    std::size_t bytes = 0;
    ~File() {
        if (data != nullptr) munmap(const_cast<unsigned char*>(data), bytes);
    }
};

Reader::Reader(const std::string& path, const char* kind, std::uint32_t version, bool map)
    : file_(std::make_shared<File>()), map_(map) {
    file_->path = path;
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail(path);
    struct stat facts {};
    const bool known = fstat(fd, &facts) == 0;
    const auto bytes = static_cast<std::size_t>(facts.st_size);
    void* data = known && bytes >= kPage ? mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, fd, 0) : nullptr;
    ::close(fd);
    if (!known || data == MAP_FAILED) fail(path);
    if (data == nullptr) fail(path, "is no index: it has " + std::to_string(bytes) + " bytes");
    file_->data = static_cast<const unsigned char*>(data);
    file_->bytes = bytes;

    Head head;
    std::memcpy(&head, data, sizeof head);
    if (std::strncmp(head.kind, kind, sizeof head.kind) != 0)
        fail(path, std::string("is no index of this kind (") + kind + ")");
    if (head.version != version)
        fail(path, "is of version " + std::to_string(head.version) + "; this program reads version " +
                       std::to_string(version) + ", so build the index again");
    if (head.bytes != bytes)
        fail(path, "has " + std::to_string(bytes) + " bytes of " + std::to_string(head.bytes) +
                       ": it was cut off");
    Checksum checksum;
    checksum.add(file_->data + kPage, bytes - kPage);
    if (checksum.value() != head.checksum) fail(path, "is damaged: its checksum does not fit");
    at_ = kPage;
}

Reader::~Reader() = default;

const void* Reader::take(std::size_t bytes) {
    if (bytes > file_->bytes - at_) fail(file_->path, "is damaged: it ends too early");
    const void* data = file_->data + at_;
    at_ += (bytes + 7) / 8 * 8;
    if (at_ > file_->bytes) at_ = file_->bytes;
    return data;
}

std::size_t Reader::counted(std::size_t item) {
    std::uint64_t count = 0;
    one(count);
    if (count > (file_->bytes - at_) / item) fail(file_->path, "is damaged: it ends too early");
    return static_cast<std::size_t>(count);
}

void Reader::to_page() { (void)take((kPage - at_ % kPage) % kPage); }

std::shared_ptr<const void> Reader::keep() const {
    return map_ ? std::static_pointer_cast<const void>(file_) : nullptr;
}

}  // namespace ann
