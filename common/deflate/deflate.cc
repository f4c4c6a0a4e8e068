#include "common/deflate/deflate.h"

#include <zlib.h>

#include <algorithm>

namespace hotspot::deflate {
namespace {

// Fast: twice the time of level 1 saves a tenth of the bytes of a snapshot.
constexpr int kLevel = 1;
constexpr std::size_t kStep = 64 * 1024;
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;  // zlib counts in unsigned int

Bytef* bytes_of(const char* text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text)); }

}  // namespace

std::string compress(std::string_view text) {
  uLongf length = compressBound(static_cast<uLong>(text.size()));
  std::string out(length, '\0');
  if (compress2(bytes_of(out.data()), &length, bytes_of(text.data()), static_cast<uLong>(text.size()), kLevel) != Z_OK)
    return "";  // there is no memory, which ends the program elsewhere
  out.resize(length);
  return out;
}

Result<std::string> decompress(std::string_view bytes, std::size_t most_bytes) {
  if (bytes.size() > kMostAtOnce) return Error{"it is too long to be decompressed"};
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return Error{"there is no memory to decompress it"};
  stream.next_in = bytes_of(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string text;
  int state = Z_OK;
  while (state == Z_OK && text.size() <= most_bytes) {
    const std::size_t before = text.size();
    text.resize(before + std::min(kStep, most_bytes + 1 - before));
    stream.next_out = bytes_of(text.data() + before);
    stream.avail_out = static_cast<uInt>(text.size() - before);
    state = inflate(&stream, Z_NO_FLUSH);
    text.resize(text.size() - stream.avail_out);
  }
  const bool has_more = stream.avail_in > 0;
  inflateEnd(&stream);
  if (text.size() > most_bytes) return Error{"it is longer than " + std::to_string(most_bytes) + " bytes"};
  if (state != Z_STREAM_END) return Error{"it is no compressed text, or a part of it is missing"};
  if (has_more) return Error{"there is something after the compressed text"};
  return text;
}

}  // namespace hotspot::deflate
