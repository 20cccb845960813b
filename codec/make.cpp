#include "make.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "film_writer.h"

namespace matinee::codec {
namespace {

constexpr std::uint32_t kSoundBytesMax = 8U << 20;

// False at the end of input before the first byte. Errors: invalid when it ends inside.
Result<bool> read_whole(int input, unsigned char* out, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::read(input, out + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail(ErrorCode::unavailable, std::string("reading the film: ") + std::strerror(errno));
    }
    if (got == 0) {
      if (done == 0) return false;
      return fail(ErrorCode::invalid, "the film ends inside a record");
    }
    done += static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

Result<Json> make_film(int input, int output, const MakeOptions& options) {
  const std::size_t picture_bytes = static_cast<std::size_t>(options.size.width) *
                                    static_cast<std::size_t>(options.size.height) * 3 / 2;
  auto film = FilmWriter::create(output, options);
  if (!film) return std::unexpected(film.error());
  std::vector<unsigned char> data;
  for (;;) {
    std::array<unsigned char, 5> head{};
    const auto more = read_whole(input, head.data(), head.size());
    if (!more) return std::unexpected(more.error());
    if (!*more) return fail(ErrorCode::invalid, "the film ends without its end mark");
    const std::uint32_t size =
        static_cast<std::uint32_t>(head[1]) | static_cast<std::uint32_t>(head[2]) << 8 |
        static_cast<std::uint32_t>(head[3]) << 16 | static_cast<std::uint32_t>(head[4]) << 24;
    if (head[0] == 'E') return (*film)->finish();
    const bool is_sound = head[0] == 'A' || head[0] == 'B';
    const bool fits = head[0] == 'V' ? size == picture_bytes
                                     : is_sound && size % 4 == 0 && size <= kSoundBytesMax;
    if (!fits) return fail(ErrorCode::invalid, "a record has an unknown kind or a wrong size");
    data.resize(size);
    const auto whole = size == 0 ? Result<bool>(true) : read_whole(input, data.data(), size);
    if (!whole) return std::unexpected(whole.error());
    if (!*whole) return fail(ErrorCode::invalid, "the film ends inside a record");
    auto done =
        head[0] == 'V' ? (*film)->picture(data) : (*film)->sound(head[0] == 'A' ? 0U : 1U, data);
    if (!done) return std::unexpected(done.error());
  }
}

}  // namespace matinee::codec
