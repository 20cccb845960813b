#pragma once
// app/demo_maker: what draws the demo's library beside the service and hands it over, film by film.
// Run by `matinee demo` in a process of its own.

#include <filesystem>

namespace matinee::app {

/// The library of a demo; that this folder is there says that a home is a demo's.
std::filesystem::path demo_library(const std::filesystem::path& home);

/// Draws what is not there yet: texts and posters of all titles first, then film after film, each
/// added as soon as it is whole. Nobody waits after the first film: then it becomes nice. Returns
/// the exit status of its process.
int make_demo_library(const std::filesystem::path& home, const std::filesystem::path& codec);

}  // namespace matinee::app
