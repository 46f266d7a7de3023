// Sends an issue with nodemailer's pool: node pool.mjs PORT CONNECTIONS COUNT FOLDER [raw]
// As its documentation advises: one pool, fed whenever it is idle. With `raw` the message is made once.
import fs from 'node:fs';
import nodemailer from 'nodemailer';

const [port, connections, count] = process.argv.slice(2, 5).map(Number);
const folder = process.argv[5];
const raw = process.argv[6] === 'raw' ? fs.readFileSync(`${folder}/message.eml`) : null;
const issue = `${folder}/digests/weekly/2026-01-14`;
const html = fs.readFileSync(`${issue}/digest.html`, 'utf8');
const text = fs.readFileSync(`${issue}/digest.txt`, 'utf8');
const list = { id: { url: 'main.news.example.org', comment: 'Bench' }, unsubscribe: 'mailto:news@example.org' };
const pool = nodemailer.createTransport({
    pool: true, host: '127.0.0.1', port, secure: false, ignoreTLS: true,
    maxConnections: connections, maxMessages: Infinity,
});

let next = 0;
let done = 0;
function feed() {
    while (next < count && pool.isIdle()) {
        const to = `reader${String(next++).padStart(7, '0')}@mail1.example.net`;
        const message = raw
            ? { envelope: { from: 'news@example.org', to }, raw }
            : { from: 'Bench <news@example.org>', to, subject: 'The week', html, text, list };
        pool.sendMail(message, (error) => {
            if (error) {
                console.error(error);
                process.exit(1);
            }
            if (++done === count) pool.close();
        });
    }
}
pool.on('idle', feed);
feed();
