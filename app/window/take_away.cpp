// SPDX-License-Identifier: Apache-2.0
#include "app/window/take_away.h"

#include <QFile>
#include <QProgressDialog>
#include <QtConcurrentRun>

#include "app/figures/exports.h"
#include "app/figures/report.h"
#include "app/figures/text.h"
#include "app/figures/versions.h"
#include "app/io/safe_file.h"

namespace lossscope {
namespace {

/// The session's loss; a person's own script has no parameters to report, and is left to the window.
std::vector<ConfiguredLoss> chosen_loss(const Session& session) {
  const Loss* loss = find_loss(session.loss.id);
  if (loss == nullptr) {
    throw std::invalid_argument(
        TakeAway::tr("A loss of your own cannot be exported yet: choose one of the list.").toStdString());
  }
  return {{loss, session.loss.values_of(*loss)}};
}

std::string local(const QString& path) { return QFile::encodeName(path).toStdString(); }

}  // namespace

TakeAway::TakeAway(const QString& title, Work work, QWidget* parent) : QObject(parent) {
  auto* dialog = new QProgressDialog(title, tr("Cancel"), 0, 100, parent);
  dialog->setObjectName(QStringLiteral("takeAway"));
  dialog->setWindowModality(Qt::WindowModal);
  dialog->setMinimumDuration(300);
  dialog->setMinimumWidth(360);
  dialog->setAutoClose(false);
  dialog->setAutoReset(false);
  connect(dialog, &QProgressDialog::canceled, this, [this] { stop_.request_stop(); });
  connect(this, &TakeAway::progressed, dialog, [dialog, title](int percent, const QString& what) {
    dialog->setLabelText(what.isEmpty() ? title : what);
    dialog->setValue(percent);
  });
  connect(&watcher_, &QFutureWatcherBase::finished, dialog, &QObject::deleteLater);
  connect(&watcher_, &QFutureWatcherBase::finished, this, &TakeAway::tell);
  const Progress progress = [this](double share, std::string_view what) {
    Q_EMIT progressed(static_cast<int>(100 * share), text(what));
  };
  watcher_.setFuture(QtConcurrent::run(
      [work = std::move(work), progress, stop = stop_.get_token()] { return run(work, progress, stop); }));
}

TakeAway::~TakeAway() {
  stop_.request_stop();
  watcher_.waitForFinished();
}

TakeAway::Outcome TakeAway::run(const Work& work, const Progress& progress, const std::stop_token& stop) {
  try {
    return {work(progress, stop), {}};
  } catch (const Cancelled&) {
    return {};
  } catch (const std::bad_alloc&) {
    return {{}, tr("There is not enough memory for this.")};
  } catch (const std::exception& error) {
    return {{}, QString::fromStdString(displayable(error.what()))};
  }
}

void TakeAway::tell() {
  const Outcome outcome = watcher_.result();
  if (!outcome.problem.isEmpty()) {
    Q_EMIT failed(outcome.problem);
  } else if (!outcome.news.isEmpty()) {
    Q_EMIT done(outcome.news);
  }
  deleteLater();
}

TakeAway::Work report_work(const LoadedCase& shown, const QString& path) {
  return [shown, path](const Progress& progress, std::stop_token stop) {
    FigureMaker maker(shown, chosen_loss(shown.session), 0, stop);
    const Report report = make_report(maker, {{}, versions(), path}, 0, progress, stop);
    const bool pdf = path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
    const QByteArray bytes = pdf ? report_pdf(report) : report_html(report);
    write_file(local(path), std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    return TakeAway::tr("Report written: %1").arg(path);
  };
}

TakeAway::Work maps_work(const LoadedCase& shown, const QString& folder) {
  return [shown, folder](const Progress& progress, std::stop_token stop) {
    FigureMaker maker(shown, chosen_loss(shown.session), 0, stop);
    const int files = write_all_maps(maker, local(folder), 0, progress, stop);
    return TakeAway::tr("Maps written to %1: %2").arg(folder).arg(files);
  };
}

TakeAway::Work table_work(const LoadedCase& shown, const QString& path) {
  return [shown, path](const Progress& progress, std::stop_token stop) {
    FigureMaker maker(shown, every_loss(shown.session), 0, stop);
    write_file(local(path), loss_table_csv(maker, progress, stop));
    return TakeAway::tr("Table written: %1").arg(path);
  };
}

TakeAway::Work turntable_work(const widgets::SurfaceModel& model, const Turntable& turntable) {
  return [model, turntable](const Progress& progress, const std::stop_token& stop) {
    const auto files = static_cast<int>(write_turntable(model, turntable, progress, stop).size());
    return TakeAway::tr("Files of the turntable written to %1: %2").arg(turntable.folder).arg(files);
  };
}

}  // namespace lossscope
