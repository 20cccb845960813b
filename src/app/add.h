#pragma once
// app/add: `matinee add`: hands paths to the running service and shows how far they are.

#include <string>
#include <vector>

namespace matinee::app {

struct AddOptions {
  std::string home;
  std::vector<std::string> paths;
  bool wait = false;
  bool json = false;
  bool quiet = false;  // says nothing but errors
};

/// 0 when everything was taken (and with `wait` is ready), also when files were skipped that are no
/// films; 1 when the service does not answer or a title failed. With `json` one line a title:
/// {"path","title_id","state","message"}.
int run_add(const AddOptions& options);

}  // namespace matinee::app
