#include "actuator/ctl/picture/kind.h"

#include <filesystem>

#include "common/text/ascii.h"
#include "common/text/visible.h"

namespace hotspot::ctl {

Result<PictureKind> picture_kind(const std::string& path) {
  const std::string end = text::lower_case(std::filesystem::path(path).extension().string());
  if (end == ".svg") return PictureKind::kSvg;
  if (end == ".png") return PictureKind::kPng;
  return Error{"'" + text::visible(path) + "' ends neither in .png nor in .svg"};
}

Result<PictureKind> picture_kind_or_png(const std::string& path) {
  if (!std::filesystem::path(path).has_extension()) return PictureKind::kPng;
  return picture_kind(path);
}

}  // namespace hotspot::ctl
