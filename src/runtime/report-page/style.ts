/** One sheet for screens of any width, light and dark, and paper. No font, no image, nothing from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#5a6675;--line:#d7dde5;--page:#f5f7fa;--card:#fff;
--good:#1a7f4b;--bad:#c0322b;--warn:#a86400;--idle:#5a6675;--c1:#8a94a3;--c2:#d9822b;--c3:#b5508f;--c4:#7a5ad6;
--c5:#c0322b;--c6:#2f74c0;--c7:#0f8b8d;--c8:#1a7f4b;--c9:#6b7f1a;--c10:#c9a800;--grid:#e3e8ee;--mark:#1b2430}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf2;--soft:#9aa7b8;--line:#313c4a;--page:#11161d;--card:#19212b;
--good:#4cc38a;--bad:#ff7b72;--warn:#e3a341;--idle:#9aa7b8;--c1:#76818f;--c2:#e39a4b;--c3:#d97bb8;--c4:#a28bf0;
--c5:#ff7b72;--c6:#6aa8ec;--c7:#46bdbf;--c8:#4cc38a;--c9:#b3c64c;--c10:#f0d04a;--grid:#26303c;--mark:#e6ebf2}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:62rem;margin:0 auto;padding:1.25rem}
h1{font-size:1.5rem;line-height:1.25;margin:.4rem 0 .2rem}
h2{font-size:1.1rem;margin:0 0 .7rem}
h3{font-size:.95rem;margin:1rem 0 .35rem}
p{margin:.3rem 0}
section,header{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem 1.15rem;margin:0 0 1rem}
code,pre,.hash{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.82rem}
pre{margin:.15rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
.hash,dd,p,li{overflow-wrap:anywhere}
td,td .hash{overflow-wrap:break-word}
.soft,.missing{color:var(--soft)}
.missing{font-style:italic}
.badge{display:inline-block;font-weight:700;letter-spacing:.04em;border-radius:6px;padding:.15rem .6rem;color:#fff}
.PASS{background:#1a7f4b}.FAIL{background:#c0322b}.INCONCLUSIVE{background:#a86400}.ABORTED{background:#5a6675}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.idle{color:var(--idle)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.8rem}
.tile{border:1px solid var(--line);border-radius:8px;padding:.7rem .85rem}
.tile b{display:block;font-size:1.35rem;line-height:1.3}
.tile svg{display:block;width:100%;height:12px;margin:.35rem 0 .2rem}
dl{display:grid;grid-template-columns:minmax(8rem,12rem) 1fr;gap:.25rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0}
ul,ol{margin:.2rem 0;padding-left:1.2rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;color:var(--soft);font-weight:600}
th,td{padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
.num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.step{border-top:1px solid var(--line);padding:.55rem 0}.step:first-of-type{border-top:0;padding-top:0}
.stack{display:block;width:100%;height:30px;border-radius:5px}
.legend{list-style:none;padding:0;margin:.7rem 0 0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));gap:.15rem 1.2rem}
.legend li{display:flex;gap:.5rem;align-items:baseline}.legend svg{flex:none;width:.75rem;height:.75rem}
.legend span{overflow-wrap:break-word}.legend .num{margin-left:auto}
.lane{display:grid;grid-template-columns:12.5rem 1fr;gap:.6rem;align-items:center;font-size:.85rem;min-height:1.45rem}
.lane svg{display:block;width:100%;height:18px}
.lane .name{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.axis{color:var(--soft);font-size:.75rem;font-variant-numeric:tabular-nums}
.axis .ends{display:flex;justify-content:space-between}
.p-unseen{fill:var(--c1)}.p-detect{fill:var(--c2)}.p-decide{fill:var(--c3)}.p-authorize{fill:var(--c4)}.p-held{fill:var(--warn)}
.p-fence{fill:var(--c5)}.p-capacity{fill:var(--c6)}.p-check{fill:var(--c9)}.p-data{fill:var(--c7)}.p-primary{fill:var(--c4)}
.p-traffic{fill:var(--c10)}.p-verify{fill:var(--c8)}.p-other{fill:var(--c1)}
.f-good{fill:var(--good)}.f-bad{fill:var(--bad)}.f-warn{fill:var(--warn)}.f-idle{fill:var(--c1)}.f-plain{fill:var(--c6)}
.track{fill:var(--grid)}.tick{stroke:var(--line);vector-effect:non-scaling-stroke}.goal{stroke:var(--mark);stroke-width:2;vector-effect:non-scaling-stroke}
@media (max-width:40rem){
main{padding:.6rem}section,header{padding:.8rem .85rem}h1{font-size:1.25rem}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.45rem}
.lane{grid-template-columns:1fr;gap:.1rem;padding:.15rem 0}
table,tbody,tr,td{display:block}thead{display:none}
tr{border-bottom:1px solid var(--line);padding:.4rem 0}tr:last-child{border-bottom:0}
td{border:0;padding:.05rem 0;text-align:left}td.num{text-align:left;white-space:normal}
td[data-label]::before{content:attr(data-label) ": ";color:var(--soft)}
.dense td{display:inline-block;max-width:100%;margin-right:.6rem}.dense td::before{content:none!important}.dense .hash{font-size:.75rem}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--page:#fff;--card:#fff;--grid:#eee;--mark:#000;
--good:#1a7f4b;--bad:#c0322b;--warn:#a86400;--idle:#5a6675;--c1:#8a94a3;--c2:#d9822b;--c3:#b5508f;--c4:#7a5ad6;
--c5:#c0322b;--c6:#2f74c0;--c7:#0f8b8d;--c8:#1a7f4b;--c9:#6b7f1a;--c10:#c9a800}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{font-size:10.5pt}main{max-width:none;padding:0}
section,header{border:0;border-top:1px solid var(--line);border-radius:0;padding:.6rem 0;margin:0}
h2,h3{break-after:avoid}tr,.step,.lane,.tile,.legend li{break-inside:avoid}}
@page{margin:15mm 14mm}
`;
