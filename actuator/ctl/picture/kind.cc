#include "actuator/ctl/picture/kind.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "common/text/visible.h"

namespace hotspot::ctl {

Result<PictureKind> picture_kind(const std::string& path) {
  std::string end = std::filesystem::path(path).extension().string();
  std::transform(end.begin(), end.end(), end.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (end == ".svg") return PictureKind::kSvg;
  if (end == ".png") return PictureKind::kPng;
  return Error{"'" + text::visible(path) + "' ends neither in .png nor in .svg"};
}

}  // namespace hotspot::ctl
