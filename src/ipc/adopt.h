/* adopt.h - a scoreboard whose master died, made fit for the next one */
#ifndef PRONG_IPC_ADOPT_H
#define PRONG_IPC_ADOPT_H

#include "ipc/layout.h"

/* Goes through the first `used` slots (which have memory): a slot whose process
 * still runs becomes SLOT_ORPHANED, all others are free. Guards that no
 * surviving process holds are freed; with no survivors they are made anew.
 * Figures and log rings stay as they are. */
void adopt_slots(struct layout *layout, unsigned used);

#endif
