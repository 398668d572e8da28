/* Starts what every page has. Each module works by data attributes and leaves pages without them alone. */

import { startFiles } from "./files.js";
import { startBusyButtons, startFocus } from "./forms.js";
import { startCopy, startFlash } from "./flash.js";
import { startKeys } from "./keys.js";
import { startMenus } from "./menus.js";
import { startRail } from "./rail.js";
import { startRows } from "./rows.js";
import { startSearch } from "./search.js";
import { startStages } from "./stages.js";
import { startLargeType } from "./type.js";

startLargeType();
startMenus();
startFlash();
startCopy();
startBusyButtons();
startFocus();
startFiles();
startSearch();
startRail();
startRows();
startStages();
startKeys();
