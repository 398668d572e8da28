/* The page on which residents report: the only one without the frame that takes a file. */

import { startFiles } from "../web/js/files.js";

startFiles();
