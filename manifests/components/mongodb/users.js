// Make crosstrial's users in the database that the shell is connected to; may be repeated, which
// also sets their passwords anew. For a MongoDB of your own:
//   CONTROLLER_PASSWORD=... WORKER_PASSWORD=... SUBMITTER_PASSWORD=... \
//     mongosh 'mongodb://ADMINISTRATOR@HOST/crosstrial?authSource=admin' users.js
const on = (collection, ...actions) => ({
  resource: { db: db.getName(), collection },
  actions,
});

// Code of users may get hold of the worker's password: it can only look its work up and add to
// what is never changed.
const worker = {
  privileges: [
    on("batches", "find"),
    on("starts", "find", "insert"),
    on("outcomes", "find", "insert"),
    on("datasets", "find"),
    on("datasets.files", "find"),
    on("datasets.chunks", "find"),
  ],
  roles: [],
};

// People who submit look at everything, add experiments with their data sets, and change what is
// wanted of them. To make a store ready and to delete is the controller's.
const submitter = {
  privileges: [
    on("meta", "find"),
    on("experiments", "find", "insert", "update"),
    on("batches", "find"),
    on("outcomes", "find"),
    on("datasets", "find", "insert"),
    on("datasets.files", "find", "insert", "listIndexes"),
    on("datasets.chunks", "find", "insert", "listIndexes"),
  ],
  roles: [],
};

if (db.getRole("crosstrialSubmitter")) db.updateRole("crosstrialSubmitter", submitter);
else db.createRole({ role: "crosstrialSubmitter", ...submitter });

if (db.getRole("crosstrialWorker")) db.updateRole("crosstrialWorker", worker);
else db.createRole({ role: "crosstrialWorker", ...worker });

const users = {
  controller: { pwd: process.env.CONTROLLER_PASSWORD, roles: ["readWrite"] },
  worker: { pwd: process.env.WORKER_PASSWORD, roles: ["crosstrialWorker"] },
  submitter: { pwd: process.env.SUBMITTER_PASSWORD, roles: ["crosstrialSubmitter"] },
};

for (const [user, known] of Object.entries(users)) {
  if (!known.pwd) throw new Error(`no password for ${user}: set ${user.toUpperCase()}_PASSWORD`);
  if (db.getUser(user)) db.updateUser(user, known);
  else db.createUser({ user, ...known });
}
