/* SPDX-License-Identifier: MIT */
#include "smmu_lab.h"
int main(void) { return 0; }
