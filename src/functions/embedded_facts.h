#pragma once
// functions/embedded_facts: what a film's own file tells of it: chapters and tags. Pure.

#include "catalog/title_facts.h"
#include "media/probe.h"

namespace matinee::functions {

/// For Titles::set_file_facts, through limit_facts.
catalog::TitleFacts embedded_facts(const media::Probe& probe);

}  // namespace matinee::functions
